//! The few pictures of the menu and of buttons, as outlines on a grid of 24.

/// The inner markup of the picture called `name`; nothing for an unknown name. Made of constants
/// only, so a template may write it unescaped.
pub fn icon(name: impl AsRef<str>) -> &'static str {
    match name.as_ref() {
        "home" => r#"<path d="M3.500 10.500 12 3.500l8.500 7V20.500h-5.500v-6H9v6H3.500z"/>"#,
        "people" => concat!(
            r#"<circle cx="9" cy="8" r="3.500"/>"#,
            r#"<path d="M2.500 20c0-3.600 2.900-6 6.500-6s6.500 2.400 6.500 6"#,
            r#"M16 4.700a3.500 3.500 0 0 1 0 6.600M18 14.400c2.200.8 3.500 2.800 3.500 5.600"/>"#
        ),
        "person" => concat!(
            r#"<circle cx="12" cy="8" r="4"/>"#,
            r#"<path d="M4.500 20.500c0-4 3.300-6.500 7.500-6.500s7.500 2.500 7.500 6.500"/>"#
        ),
        "key" => concat!(
            r#"<circle cx="8" cy="15.500" r="4.500"/>"#,
            r#"<path d="m11.300 12.200 8.700-8.700M16 7.500l3 3M13.500 10l2 2"/>"#
        ),
        "file" => r#"<path d="M6 3h8.500L19 7.500V21H6zM14 3v5h5M9.500 12.500h6M9.500 16.500h6"/>"#,
        "chart" => r#"<path d="M4 20.500h16.500M7 17v-5M12 17V5.500M17 17V9"/>"#,
        "gear" => concat!(
            r#"<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/>"#,
            r#"<circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>"#
        ),
        "stack" => concat!(
            r#"<rect x="3.500" y="4" width="17" height="6.500" rx="2"/>"#,
            r#"<rect x="3.500" y="13.500" width="17" height="6.500" rx="2"/>"#,
            r#"<path d="M7 7.250v.01M7 16.750v.01M11 7.250h6M11 16.750h6"/>"#
        ),
        "lock" => concat!(
            r#"<rect x="5" y="10.500" width="14" height="10" rx="2"/>"#,
            r#"<path d="M8 10.500V7.500a4 4 0 0 1 8 0v3"/>"#
        ),
        "screen" => concat!(
            r#"<rect x="3" y="4.500" width="18" height="12" rx="2"/>"#,
            r#"<path d="M8.500 20.500h7M12 16.500v4"/>"#
        ),
        "mail" => concat!(
            r#"<rect x="3" y="5" width="18" height="14" rx="2"/>"#,
            r#"<path d="m3.500 7 8.500 6 8.500-6"/>"#
        ),
        "hall" => concat!(
            r#"<path d="M3.500 9.500 12 4l8.500 5.500zM5.500 12v6M10 12v6M14 12v6M18.500"#,
            r#" 12v6M3.500 20.500h17"/>"#
        ),
        "bell" => r#"<path d="M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 2h-15zM10 21h4"/>"#,
        "updown" => r#"<path d="m7.500 15 4.500 4.500 4.500-4.500M7.500 9 12 4.500 16.500 9"/>"#,
        "down" => r#"<path d="m6.500 9.500 5.500 5.500 5.500-5.500"/>"#,
        "menu" => r#"<path d="M4 7h16M4 12h16M4 17h16"/>"#,
        "check" => r#"<path d="m5 12.500 4.500 4.500L19 7.500"/>"#,
        "plus" => r#"<path d="M12 5v14M5 12h14"/>"#,
        "out" => r#"<path d="M14 4.500H5v15h9M10 12h10.500M17 8.500l3.500 3.500-3.500 3.500"/>"#,
        "info" => r#"<circle cx="12" cy="12" r="8.500"/><path d="M12 11v5M12 8v.01"/>"#,
        "warning" => r#"<path d="M12 4 2.500 20h19zM12 10v4.500M12 17.200v.01"/>"#,
        "minus" => r#"<path d="M5 12h14"/>"#,
        "search" => r#"<circle cx="10.500" cy="10.500" r="6"/><path d="m15 15 5.500 5.500"/>"#,
        _ => "",
    }
}
