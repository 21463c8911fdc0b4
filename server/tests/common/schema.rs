//! Holds a value against a schema of the API's description. Knows the words that description uses, and fails on any other.

use serde_json::Value;

/// Words that say nothing about the shape.
const SILENT: [&str; 6] = ["description", "format", "minimum", "default", "title", "propertyNames"];

/// Where and why `value` does not fit `schema`; `document` is where references lead.
pub fn check(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let schema = resolve(document, schema);
    let Some(words) = schema.as_object() else { return Ok(()) };
    for (word, says) in words {
        match word.as_str() {
            "type" => check_type(says, value, at)?,
            "enum" => {
                let known = says.as_array().is_some_and(|known| known.contains(value));
                known.then_some(()).ok_or_else(|| format!("{at}: {value} is none of {says}"))?;
            }
            "required" => {
                for name in says.as_array().into_iter().flatten().filter_map(Value::as_str) {
                    value.get(name).ok_or_else(|| format!("{at}: {name} is missing"))?;
                }
            }
            "properties" => {
                for (name, inner) in says.as_object().into_iter().flatten() {
                    if let Some(value) = value.get(name) {
                        check(document, inner, value, &format!("{at}.{name}"))?;
                    }
                }
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(document, says, item, &format!("{at}[{index}]"))?;
                }
            }
            "additionalProperties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    check(document, says, inner, &format!("{at}.{name}"))?;
                }
            }
            "oneOf" | "anyOf" => {
                let tried: Vec<_> = says
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|one| check(document, one, value, at))
                    .collect();
                let fits = tried.iter().filter(|tried| tried.is_ok()).count();
                if fits == 0 || (word == "oneOf" && fits > 1) {
                    return Err(format!("{at}: {fits} alternatives fit {value}: {tried:?}"));
                }
            }
            "allOf" => {
                says.as_array().into_iter().flatten().try_for_each(|one| check(document, one, value, at))?
            }
            silent if SILENT.contains(&silent) => {}
            other => return Err(format!("{at}: the checker does not know `{other}`")),
        }
    }
    Ok(())
}

/// Every property that the schema names, wherever it is; what an answer has beyond them is not described.
pub fn properties(document: &Value, schema: &Value) -> Vec<String> {
    let schema = resolve(document, schema);
    let mut names: Vec<String> =
        schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    for word in ["oneOf", "anyOf", "allOf"] {
        names.extend(schema[word].as_array().into_iter().flatten().flat_map(|one| properties(document, one)));
    }
    names
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(to) => {
            let found = document.pointer(to.trim_start_matches('#'));
            resolve(document, found.unwrap_or_else(|| panic!("{to} leads nowhere")))
        }
        None => schema,
    }
}

fn check_type(says: &Value, value: &Value, at: &str) -> Result<(), String> {
    let is = |word: &str| match word {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    let fits = match says {
        Value::String(word) => is(word),
        Value::Array(words) => words.iter().filter_map(Value::as_str).any(is),
        _ => false,
    };
    if fits { Ok(()) } else { Err(format!("{at}: {value} is not {says}")) }
}
