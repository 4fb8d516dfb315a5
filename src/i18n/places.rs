//! Fills the `{name}` places of a message.

/// Returns the message with its places filled in, in one pass: braces inside values are text. A place without a value
/// stays as it is.
pub(super) fn fill(message: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(start) = rest.find('{') {
        filled.push_str(&rest[..start]);
        let place = &rest[start..];
        let value = place.find('}').and_then(|end| {
            let value = values.iter().find(|(name, _)| *name == &place[1..end])?.1;
            Some((value, end + 1))
        });
        let taken = match value {
            Some((value, taken)) => {
                filled.push_str(value);
                taken
            }
            None => {
                filled.push('{');
                1
            }
        };
        rest = &place[taken..];
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_once_and_only_if_known() {
        let values = [("name", "Ada {count}"), ("count", "3")];
        let table = [
            ("", ""),
            ("plain", "plain"),
            ("Hi {name}", "Hi Ada {count}"),
            ("{count} of {count}", "3 of 3"),
            ("{other} {count}", "{other} 3"),
            ("open { {count}", "open { 3"),
            ("{", "{"),
            ("}{count}{", "}3{"),
            ("日本{count}語", "日本3語"),
        ];
        for (message, expected) in table {
            assert_eq!(fill(message, &values), expected, "{message}");
        }
    }
}
