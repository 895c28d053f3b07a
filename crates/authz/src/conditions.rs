//! Conditions of tuples: expressions in CEL over typed parameters.

mod nesting;
mod references;
mod values;

use std::fmt;
use std::sync::{Arc, OnceLock};

use cel::extractors::This;
use cel::{Context, Env, ExecutionError, Program, Value as Cel};
use serde_json::{Map, Value};
use smol_str::SmolStr;

use crate::language::ast::{self, OWN_EXPRESSION};
use crate::object::TupleCondition;
use references::references;
use values::Address;
pub(crate) use values::Type;

/// Bytes of stack that reading the deepest expression needs, and then some.
const DEEP_STACK: usize = 16 << 20;

/// A condition of a model, ready to evaluate.
pub(crate) struct Condition {
    name: SmolStr,
    parameters: Vec<(SmolStr, Type)>,
    program: Program,
    work: Work,
}

/// What is known of the work of an expression before it is evaluated.
struct Work {
    loops: u32,
    written: usize,
    joins: usize,
}

/// Steps that walks within walks over the entries of lists may take.
const MOST_STEPS: usize = 1_000_000;

impl Work {
    /// Whether an evaluation with at most so many entries in a list stays within the limit.
    fn fits(&self, given: usize) -> bool {
        let entries = (self.written + given).saturating_mul(self.joins + 1);
        self.loops < 2 || entries.saturating_pow(self.loops) <= MOST_STEPS
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({:?})", self.name, self.parameters)
    }
}

impl Condition {
    /// Compiles the expression; the error says what is wrong with it.
    pub(crate) fn compile(source: &ast::Condition) -> Result<Self, String> {
        let expression = Expression::read(&source.expression)?;
        let parameters: Result<Vec<_>, String> = source
            .parameters
            .iter()
            .map(|parameter| typed(&parameter.name.text, &parameter.kind))
            .collect();
        let parameters = parameters?;
        let declared = |name: &str| parameters.iter().any(|(parameter, _)| parameter == name);
        if let Some(unknown) = expression.variables.iter().find(|name| !declared(name)) {
            return Err(format!("`{unknown}` is not one of its parameters"));
        }
        Ok(expression.with(source.name.text.clone(), parameters))
    }

    /// Compiles the expression that a tuple brings; the error says what is wrong with it.
    fn of_tuple(context: &Map<String, Value>) -> Result<Self, String> {
        let source = context.get("expression").and_then(Value::as_str).unwrap_or_default();
        if source.is_empty() {
            return Err("its context needs an `expression`, a text in CEL".to_owned());
        }
        let expression = Expression::read(source)?;
        let mut parameters = Vec::new();
        match context.get("parameters") {
            None | Some(Value::Null) => {}
            Some(Value::Object(declared)) => {
                for (name, kind) in declared {
                    parameters.push(typed(name, kind.as_str().unwrap_or_default())?);
                }
            }
            Some(_) => return Err("its `parameters` must be types by name".to_owned()),
        }
        for name in &expression.variables {
            if !parameters.iter().any(|(parameter, _)| parameter == name) {
                parameters.push((name.clone(), Type::String));
            }
        }
        Ok(expression.with(OWN_EXPRESSION.into(), parameters))
    }

    /// Whether the parameters that a tuple fixes exist and have the right types.
    pub(crate) fn accepts(&self, context: &Map<String, Value>) -> Result<(), String> {
        for (name, value) in context {
            let known = self.parameters.iter().find(|(parameter, _)| parameter == name);
            let (_, kind) = known.ok_or_else(|| {
                format!("the condition `{}` has no parameter `{name}`", self.name)
            })?;
            kind.cast(value).map_err(|reason| format!("parameter `{name}`: {reason}"))?;
        }
        Ok(())
    }

    /// Whether the condition holds; the error says which parameters are missing or what went wrong.
    pub(crate) fn holds(
        &self,
        fixed: &Map<String, Value>,
        given: Option<&Map<String, Value>>,
    ) -> Result<bool, String> {
        let mut context = context();
        let (mut missing, mut entries) = (Vec::new(), 0);
        for (name, kind) in &self.parameters {
            let value = fixed.get(name.as_str());
            match value.or_else(|| given.and_then(|given| given.get(name.as_str()))) {
                None => missing.push(name.as_str()),
                Some(given_value) => {
                    let cast = kind.cast(given_value);
                    let value = cast.map_err(|reason| format!("parameter `{name}`: {reason}"))?;
                    context.add_variable_from_value(name.as_str(), value);
                    entries += values::entries(given_value);
                }
            }
        }
        if !missing.is_empty() {
            return Err(format!("missing parameters: {}", missing.join(", ")));
        }
        if !self.work.fits(entries) {
            return Err(format!("walking through its lists may take over {MOST_STEPS} steps"));
        }
        match self.program.execute(&context) {
            Ok(Cel::Bool(held)) => Ok(held),
            Ok(other) => Err(format!("the expression gives {:?} and no truth", other.type_of())),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// An expression that was read, with what it refers to.
struct Expression {
    program: Program,
    variables: Vec<SmolStr>,
    work: Work,
}

impl Expression {
    fn read(source: &str) -> Result<Self, String> {
        let program = program(source)?;
        let found = references(program.expression());
        if let Some(unknown) = found.unknown_function {
            return Err(format!("there is no function `{unknown}`"));
        }
        let variables = found.variables.into_iter().map(SmolStr::from).collect();
        let work = Work { loops: found.loops, written: found.written, joins: found.joins };
        Ok(Self { program, variables, work })
    }

    fn with(self, name: SmolStr, parameters: Vec<(SmolStr, Type)>) -> Condition {
        Condition { name, parameters, program: self.program, work: self.work }
    }
}

fn program(source: &str) -> Result<Program, String> {
    let read = || {
        environment().compile(source).map_err(|errors| {
            let first = errors.errors.first().map(|error| error.msg.clone());
            first.unwrap_or_else(|| errors.to_string())
        })
    };
    if !nesting::is_deep(source)? {
        return read();
    }
    let deep = std::thread::Builder::new().stack_size(DEEP_STACK);
    std::thread::scope(|scope| {
        let reading = deep.spawn_scoped(scope, read).map_err(|error| error.to_string())?;
        reading.join().map_err(|_| "it cannot be read".to_owned())?
    })
}

fn typed(name: &str, kind: &str) -> Result<(SmolStr, Type), String> {
    let parsed = Type::parse(kind);
    let parsed = parsed.ok_or_else(|| format!("parameter `{name}` has no known type: `{kind}`"))?;
    Ok((name.into(), parsed))
}

/// Whether a tuple may carry the condition with what it fixes; the error says why not.
pub(crate) fn accepts(model: &crate::Model, condition: &TupleCondition) -> Result<(), String> {
    if condition.name == OWN_EXPRESSION {
        return Condition::of_tuple(&condition.context)
            .map(|_| ())
            .map_err(|reason| format!("`{OWN_EXPRESSION}`: {reason}"));
    }
    let known = model.condition(&condition.name);
    known.map_or(Ok(()), |known| known.accepts(&condition.context))
}

/// Whether the condition of a tuple holds.
pub(crate) fn holds(
    model: &crate::Model,
    condition: &TupleCondition,
    given: Option<&Map<String, Value>>,
) -> Result<bool, String> {
    if condition.name == OWN_EXPRESSION {
        return Condition::of_tuple(&condition.context)?.holds(&Map::new(), given);
    }
    let known = model.condition(&condition.name);
    let known = known.ok_or_else(|| format!("there is no condition `{}`", condition.name))?;
    known.holds(&condition.context, given)
}

/// The standard functions, built once.
fn environment() -> &'static Arc<Env> {
    static ENVIRONMENT: OnceLock<Arc<Env>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| Arc::new(Env::stdlib()))
}

/// The standard functions and those of addresses.
fn context<'v>() -> Context<'static, 'v> {
    let mut context = Context::with_env(Arc::clone(environment()));
    // Adding fails only where a standard function has the name, and none has.
    let _ = context.add_function("in_cidr", in_cidr);
    let _ = context.add_function("ipaddress", address);
    context
}

fn in_cidr(This(this): This<Cel>, range: Arc<String>) -> Result<bool, ExecutionError> {
    let fault = |message: String| ExecutionError::function_error("in_cidr", message);
    let Cel::Opaque(opaque) = this else { return Err(fault("not an address".to_owned())) };
    let address = opaque.downcast_ref::<Address>();
    address.ok_or_else(|| fault("not an address".to_owned()))?.within(&range).map_err(fault)
}

fn address(text: Arc<String>) -> Result<Cel, ExecutionError> {
    let parsed = Address::parse(&text);
    parsed.map_err(|reason| ExecutionError::function_error("ipaddress", reason))
}
