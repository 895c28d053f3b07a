//! Handlers whose arguments and answer describe themselves.

use axum::handler::Handler;

use super::{Contract, Describe, DescribeAnswer};
use crate::state::WebState;

/// An async function whose arguments all implement [`Describe`] and whose answer implements
/// [`DescribeAnswer`]. A type that cannot describe itself cannot be an argument, so a route cannot
/// take anything that its documentation does not show.
pub trait Endpoint<A>: Handler<A, WebState> {
    /// What it takes and answers.
    fn contract() -> Contract;
}

macro_rules! endpoints {
    ($($argument:ident)*) => {
        impl<F, Fut, R, M, $($argument),*> Endpoint<(M, $($argument,)*)> for F
        where
            F: Handler<(M, $($argument,)*), WebState> + Fn($($argument),*) -> Fut,
            Fut: Future<Output = R>,
            R: DescribeAnswer,
            $($argument: Describe,)*
        {
            fn contract() -> Contract {
                let mut contract = Contract { answer: R::answer(), ..Contract::default() };
                $($argument::describe(&mut contract);)*
                contract
            }
        }
    };
}

impl<F, Fut, R> Endpoint<((),)> for F
where
    F: Handler<((),), WebState> + Fn() -> Fut,
    Fut: Future<Output = R>,
    R: DescribeAnswer,
{
    fn contract() -> Contract {
        Contract { answer: R::answer(), ..Contract::default() }
    }
}

endpoints!(A1);
endpoints!(A1 A2);
endpoints!(A1 A2 A3);
endpoints!(A1 A2 A3 A4);
endpoints!(A1 A2 A3 A4 A5);
endpoints!(A1 A2 A3 A4 A5 A6);
