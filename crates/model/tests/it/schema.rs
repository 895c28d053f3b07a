//! The JSON schemas, of which the OpenAPI document is made.

use std::collections::BTreeSet;

use guildhall_model::{
    ApiKeyName, ApiKeySecret, CloudAccountName, CloudProvider, ClusterMove, ClusterName,
    ClusterRole, ClusterState, Credits, DisplayName, Email, EmailList, InvitableRole,
    OrganizationId, OrganizationName, OrganizationRole, PageSize, Password, PersonName, Revision,
    RoleName, Switch, Timestamp, UserId, UserManagement, Version,
};
use schemars::{JsonSchema, SchemaGenerator};

fn collect<T: JsonSchema>(generator: &mut SchemaGenerator, names: &mut BTreeSet<String>) {
    let schema = T::json_schema(generator);
    let name = T::schema_name().into_owned();
    assert!(schema.get("description").is_some(), "{name} has no description");
    assert!(names.insert(name.clone()), "{name} names two schemas");
}

#[test]
fn every_value_has_a_schema_of_its_own_with_a_description() {
    let generator = &mut SchemaGenerator::default();
    let names = &mut BTreeSet::new();
    collect::<ApiKeyName>(generator, names);
    collect::<ApiKeySecret>(generator, names);
    collect::<DisplayName>(generator, names);
    collect::<Email>(generator, names);
    collect::<EmailList>(generator, names);
    collect::<InvitableRole>(generator, names);
    collect::<OrganizationId>(generator, names);
    collect::<OrganizationName>(generator, names);
    collect::<OrganizationRole>(generator, names);
    collect::<PageSize>(generator, names);
    collect::<Password>(generator, names);
    collect::<PersonName>(generator, names);
    collect::<Revision>(generator, names);
    collect::<RoleName>(generator, names);
    collect::<Switch>(generator, names);
    collect::<Version>(generator, names);
    collect::<Credits>(generator, names);
    collect::<ClusterState>(generator, names);
    collect::<ClusterMove>(generator, names);
    collect::<ClusterRole>(generator, names);
    collect::<UserManagement>(generator, names);
    collect::<CloudProvider>(generator, names);
    collect::<ClusterName>(generator, names);
    collect::<CloudAccountName>(generator, names);
    collect::<Timestamp>(generator, names);
    collect::<UserId>(generator, names);
    assert_eq!(names.len(), 26);
}

#[test]
fn the_choices_in_a_schema_are_those_that_are_read() {
    fn choices<T: JsonSchema>() -> Vec<String> {
        let schema = T::json_schema(&mut SchemaGenerator::default());
        let choices = schema.get("enum").expect("it has choices").as_array().expect("a list");
        choices.iter().map(|choice| choice.as_str().expect("a text").to_owned()).collect()
    }
    assert_eq!(choices::<OrganizationRole>(), OrganizationRole::ALL.map(|role| role.to_string()));
    assert_eq!(choices::<InvitableRole>(), InvitableRole::ALL.map(|role| role.to_string()));
    assert_eq!(choices::<Switch>(), Switch::ALL.map(|switch| switch.to_string()));
}

#[test]
fn limits_in_a_schema_are_those_of_the_value() {
    fn most<T: JsonSchema>() -> u64 {
        let schema = T::json_schema(&mut SchemaGenerator::default());
        schema.get("maxLength").expect("it has a limit").as_u64().expect("a number")
    }
    let text = |length: u64| "x".repeat(usize::try_from(length).expect("a small number"));
    assert!(PersonName::parse(&text(most::<PersonName>())).is_ok());
    assert!(PersonName::parse(&text(most::<PersonName>() + 1)).is_err());
    assert!(OrganizationName::parse(&text(most::<OrganizationName>())).is_ok());
    assert!(OrganizationName::parse(&text(most::<OrganizationName>() + 1)).is_err());
    assert!(Password::parse(text(most::<Password>())).is_ok());
    assert!(Password::parse(text(most::<Password>() + 1)).is_err());
}
