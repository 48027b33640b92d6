//! Wrong: the field is taken to be there.

/// The value of the first field of that name.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    Some(values(head, name).next().unwrap())
}

/// Whether the list in all fields of that name holds that token.
pub fn has_token(head: &str, name: &str, token: &str) -> bool {
    values(head, name).flat_map(|value| value.split(',')).any(|item| item.trim().eq_ignore_ascii_case(token))
}

/// The values of all fields of that name.
fn values<'a>(head: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let lines = head.split("\r\n").skip(1); // behind the request line
    lines
        .filter_map(|line| line.split_once(':'))
        .filter(move |(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}
