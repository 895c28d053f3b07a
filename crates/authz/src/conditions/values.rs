//! Parameters of conditions: from JSON to typed values.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use cel::Value as Cel;
use cel::objects::Opaque;
use serde_json::Value;

/// The type of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// Whatever the value is.
    Any,
    Bool,
    String,
    Int,
    Uint,
    Double,
    Duration,
    Timestamp,
    Address,
    List(Box<Type>),
    Map(Box<Type>),
}

impl Type {
    /// A type by its name in the language, e.g. `int` or `list<string>`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Some(inner) = text.strip_prefix("list<").and_then(|rest| rest.strip_suffix('>')) {
            return Some(Type::List(Box::new(Type::parse(inner)?)));
        }
        if let Some(inner) = text.strip_prefix("map<").and_then(|rest| rest.strip_suffix('>')) {
            return Some(Type::Map(Box::new(Type::parse(inner)?)));
        }
        Some(match text {
            "any" => Type::Any,
            "bool" => Type::Bool,
            "string" => Type::String,
            "int" => Type::Int,
            "uint" => Type::Uint,
            "double" => Type::Double,
            "duration" => Type::Duration,
            "timestamp" => Type::Timestamp,
            "ipaddress" => Type::Address,
            _ => return None,
        })
    }

    /// The type that a value has by itself.
    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Type::Any,
            Value::Bool(_) => Type::Bool,
            Value::String(_) => Type::String,
            Value::Number(number) if number.is_i64() => Type::Int,
            Value::Number(number) if number.is_u64() => Type::Uint,
            Value::Number(_) => Type::Double,
            Value::Array(_) => Type::List(Box::new(Type::Any)),
            Value::Object(_) => Type::Map(Box::new(Type::Any)),
        }
    }

    /// A JSON value as this type. Numbers may be given as text, so that large ones keep their
    /// digits.
    pub(crate) fn cast(&self, value: &Value) -> Result<Cel, String> {
        let wrong = || format!("expected {self:?}, got {value}").to_lowercase();
        match (self, value) {
            (Type::Any, Value::Null) => Ok(Cel::Null),
            (Type::Any, _) => Type::of(value).cast(value),
            (Type::Bool, Value::Bool(value)) => Ok(Cel::Bool(*value)),
            (Type::String, Value::String(text)) => Ok(Cel::from(text.as_str())),
            (Type::Int, _) => whole(value).map(Cel::Int).ok_or_else(wrong),
            (Type::Uint, _) => whole(value).map(Cel::UInt).ok_or_else(wrong),
            (Type::Double, _) => double(value).map(Cel::Float).ok_or_else(wrong),
            (Type::Duration, Value::String(text)) => {
                duration(text).map(Cel::Duration).ok_or_else(wrong)
            }
            (Type::Timestamp, Value::String(text)) => {
                let parsed = chrono::DateTime::parse_from_rfc3339(text);
                // Years, hours and so on are those of UTC unless an expression names a zone.
                let parsed = parsed.map(|at| at.to_utc().fixed_offset());
                parsed.map(Cel::Timestamp).map_err(|_| wrong())
            }
            (Type::Address, Value::String(text)) => Address::parse(text),
            (Type::List(inner), Value::Array(items)) => {
                let items: Result<Vec<Cel>, String> =
                    items.iter().map(|item| inner.cast(item)).collect();
                Ok(Cel::List(Arc::new(items?)))
            }
            (Type::Map(inner), Value::Object(entries)) => {
                let cast = |(key, value): (&String, &Value)| Ok((key.clone(), inner.cast(value)?));
                let entries: Result<HashMap<String, Cel>, String> =
                    entries.iter().map(cast).collect();
                Ok(Cel::from(entries?))
            }
            _ => Err(wrong()),
        }
    }
}

/// How many entries a value has, however deep.
pub(super) fn entries(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(|item| 1 + entries(item)).sum(),
        Value::Object(fields) => fields.values().map(|field| 1 + entries(field)).sum(),
        _ => 0,
    }
}

/// A whole number of either sign, as number, as number without fraction, or as text.
fn whole<N: TryFrom<i128>>(value: &Value) -> Option<N> {
    let wide = match value {
        Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(small), ..) => i128::from(small),
            (_, Some(large), _) => i128::from(large),
            (.., float) => without_fraction(float?)?,
        },
        Value::String(text) => match text.parse() {
            Ok(wide) => wide,
            Err(_) => without_fraction(text.parse().ok()?)?,
        },
        _ => return None,
    };
    N::try_from(wide).ok()
}

/// The whole number that is written with a point or an exponent; beyond 2^53 it has lost its last
/// digits and is none.
fn without_fraction(number: f64) -> Option<i128> {
    let exact = number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0;
    exact.then_some(number as i128)
}

fn double(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// A duration as `1h30m`, `-1.5h`, `300ms`: units h, m, s, ms, us, µs, ns.
fn duration(text: &str) -> Option<chrono::Duration> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(chrono::Duration::zero());
    }
    let mut total = 0_i128;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(end);
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, next) = after.split_at(end);
        let unit: i128 = match unit {
            "h" => 3_600_000_000_000,
            "m" => 60_000_000_000,
            "s" => 1_000_000_000,
            "ms" => 1_000_000,
            "us" | "µs" | "μs" => 1_000,
            "ns" => 1,
            _ => return None,
        };
        total = total.checked_add(scaled(number, unit)?)?;
        rest = next;
    }
    let nanoseconds = i64::try_from(if negative { -total } else { total }).ok()?;
    Some(chrono::Duration::nanoseconds(nanoseconds))
}

/// A decimal number times a unit, cut to whole nanoseconds.
fn scaled(number: &str, unit: i128) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let mut total = whole.checked_mul(unit)?;
    let mut place = unit;
    for digit in fraction.chars() {
        place /= 10;
        total = total.checked_add(i128::from(digit.to_digit(10)?) * place)?;
    }
    Some(total)
}

/// An internet address within an expression.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Address(IpAddr);

impl Opaque for Address {
    fn runtime_type_name(&self) -> &str {
        "ipaddress"
    }
}

impl Address {
    /// An address from its text, IPv4 or IPv6.
    pub(crate) fn parse(text: &str) -> Result<Cel, String> {
        let address = text.parse().map_err(|_| format!("`{text}` is not an address"))?;
        Ok(Cel::Opaque(Arc::new(Address(address))))
    }

    /// Whether the address lies in a range as `192.168.0.0/24` or `2001:db8::/32`.
    pub(crate) fn within(&self, range: &str) -> Result<bool, String> {
        let wrong = || format!("`{range}` is not a range of addresses");
        let (base, length) = range.split_once('/').ok_or_else(wrong)?;
        let base: IpAddr = base.parse().map_err(|_| wrong())?;
        let plain = length == "0" || !length.starts_with(['0', '+']);
        let length: u32 = length.parse().ok().filter(|_| plain).ok_or_else(wrong)?;
        let (own, base, width) = match (self.0, base) {
            (IpAddr::V4(own), IpAddr::V4(base)) => {
                (u128::from(u32::from(own)), u128::from(u32::from(base)), 32)
            }
            (IpAddr::V6(own), IpAddr::V6(base)) => (u128::from(own), u128::from(base), 128),
            (_, IpAddr::V4(_)) if length <= 32 => return Ok(false),
            (_, IpAddr::V6(_)) if length <= 128 => return Ok(false),
            _ => return Err(wrong()),
        };
        if length > width {
            return Err(wrong());
        }
        let shift = width - length;
        Ok(shift == 128 || own >> shift == base >> shift)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Address, Type, duration};

    #[test]
    fn numbers_keep_their_digits_or_are_refused() {
        let int = Type::Int;
        for good in [
            json!(7),
            json!(7.0),
            json!("7"),
            json!("7.0"),
            json!("7e3"),
            json!("9223372036854775807"),
            json!(-3),
        ] {
            assert!(int.cast(&good).is_ok(), "{good}");
        }
        for bad in [
            json!(7.5),
            json!("7.5"),
            json!(true),
            json!("9223372036854775808"),
            json!(1e300),
            json!("1e300"),
            json!("inf"),
            json!(" 7"),
            json!(""),
        ] {
            assert!(int.cast(&bad).is_err(), "{bad}");
        }
        assert!(Type::Uint.cast(&json!(-1)).is_err());
        assert!(Type::Double.cast(&json!("1.8e309")).is_err());
        assert!(Type::Double.cast(&json!("1.5")).is_ok());
    }

    #[test]
    fn durations_add_up() {
        let seconds = |text| duration(text).map(|found| found.num_milliseconds());
        assert_eq!(seconds("1h30m"), Some(5_400_000));
        assert_eq!(seconds("-1.5s"), Some(-1_500));
        assert_eq!(seconds("300ms"), Some(300));
        assert_eq!(seconds("0"), Some(0));
        for bad in ["", "-", "1", "h", "1x", "1..5s", "."] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }

    #[test]
    fn timestamps_are_read_in_any_zone_and_told_in_utc() {
        for (text, utc) in [
            ("2023-01-01T01:00:00+02:00", "2022-12-31T23:00:00+00:00"),
            ("2022-12-31T23:00:00.000Z", "2022-12-31T23:00:00+00:00"),
        ] {
            let Ok(cel::Value::Timestamp(at)) = Type::Timestamp.cast(&json!(text)) else {
                panic!("{text}");
            };
            assert_eq!(at.to_rfc3339(), utc);
        }
        for bad in ["2022-12-31", "2022-12-31T23:00:00", "2022-12-31T23:00Z", "soon", ""] {
            assert!(Type::Timestamp.cast(&json!(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn addresses_lie_in_ranges() {
        let within = |address: &str, range: &str| Address(address.parse().unwrap()).within(range);
        assert_eq!(within("192.168.0.77", "192.168.0.0/24"), Ok(true));
        assert_eq!(within("192.168.1.77", "192.168.0.0/24"), Ok(false));
        assert_eq!(within("192.168.1.77", "0.0.0.0/0"), Ok(true));
        assert_eq!(within("2001:db8::1", "2001:db8::/32"), Ok(true));
        assert_eq!(within("2001:db8::1", "::/0"), Ok(true));
        assert_eq!(within("2001:db8::1", "10.0.0.0/8"), Ok(false));
        assert!(within("10.0.0.1", "10.0.0.0/33").is_err());
        for range in ["10.0.0.0", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/", "10.0.0/8", "/8"] {
            assert!(within("10.0.0.1", range).is_err(), "{range}");
        }
    }
}
