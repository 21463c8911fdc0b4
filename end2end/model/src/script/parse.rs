//! Prompt text to `Script`. Never fails: what is no directive is prose, and a directive that makes no sense says so as text.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Call, PLAN_FILE, Part, Round, Script, TASK};

const WORDS: &[&str] = &[
    "say",
    "think",
    "bash",
    "bash-bg",
    "write",
    "edit",
    "read",
    "grep",
    "glob",
    "ask",
    "ask-many",
    "plan",
    "agent",
    "agent-bg",
    "todo",
    "cron",
    "fetch",
    "mcp",
    "tool",
    "slow",
    "wait",
    "hold",
    "long",
    "error",
    "cut",
    "parallel",
    "end",
    "otherwise",
];

impl Script {
    /// The script in `prompt`, or nothing if no line of it is a directive.
    #[must_use]
    pub fn parse(prompt: &str) -> Option<Self> {
        let mut lines = prompt.lines();
        let mut parser = Parser::default();
        let mut any = false;
        while let Some(line) = lines.next() {
            if let Some(directive) = Directive::read(line, &mut lines) {
                any = true;
                parser.take(&directive);
            }
        }
        any.then(|| parser.finish())
    }
}

/// One directive with its block, if it has one.
struct Directive {
    word: &'static str,
    line: String,
    block: Option<String>,
}

impl Directive {
    fn read<'a>(line: &str, following: &mut impl Iterator<Item = &'a str>) -> Option<Self> {
        let line = line.trim();
        let (word, rest) = match line.split_once(':') {
            Some((word, rest)) => (word, rest.trim()),
            None if line == "cut" || line == "end" => (line, ""),
            None => return None,
        };
        let word = WORDS.iter().find(|known| **known == word)?;
        let (rest, block) = match rest.strip_suffix("<<") {
            Some(rest) => (rest.trim(), Some(block(following))),
            None => (rest, None),
        };
        let line = if word.starts_with("bash") { rest.to_owned() } else { rest.replace("\\n", "\n") };
        Some(Self { word, line, block })
    }

    /// The whole text of a directive with one field.
    fn text(&self) -> String {
        self.block.clone().unwrap_or_else(|| self.line.clone())
    }

    /// First field and the rest, which is the block if there is one.
    fn pair(&self) -> (String, String) {
        match &self.block {
            Some(block) => (self.line.clone(), block.clone()),
            None => split(&self.line, " | "),
        }
    }

    fn number(&self) -> u64 {
        let digits: String = self.line.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    }
}

/// The lines up to the closing `>>`; blocks inside it, such as those of a sub-agent's script, are kept as they are.
fn block<'a>(lines: &mut impl Iterator<Item = &'a str>) -> String {
    let mut depth = 0_u32;
    let mut kept = Vec::new();
    for line in lines {
        match line.trim_end() {
            ">>" if depth == 0 => break,
            ">>" => depth -= 1,
            opening if opening.ends_with("<<") && opening.contains(':') => depth += 1,
            _ => {}
        }
        kept.push(line);
    }
    kept.join("\n")
}

#[derive(Default)]
struct Parser {
    done: Vec<Round>,
    round: Round,
    grouped: bool,
    questions: Vec<Value>,
    tasks: HashMap<String, &'static str>,
}

impl Parser {
    fn take(&mut self, directive: &Directive) {
        if !directive.word.starts_with("ask") {
            self.put_questions();
        }
        match directive.word {
            "say" => self.part(Part::Say(directive.text())),
            "think" => self.part(Part::Think(directive.text())),
            "slow" => self.part(Part::Slow(directive.number())),
            "wait" => self.part(Part::Wait(directive.number())),
            "hold" => self.part(Part::Hold(directive.line.clone().into())),
            "long" => self.part(Part::Say(paragraphs(directive.number()))),
            "error" => self.part(failure(&directive.line)),
            "cut" => self.part(Part::Cut(u32::try_from(directive.number().max(1)).unwrap_or(1))),
            "ask" | "ask-many" => {
                self.questions.push(question(&directive.line, directive.word == "ask-many"))
            }
            "plan" => self.plan(&directive.text()),
            "todo" => self.todo(&directive.text()),
            "parallel" => self.grouped = true,
            "end" => {
                self.grouped = false;
                self.close();
            }
            "otherwise" => self.otherwise(directive.text()),
            _ => self.tool(directive),
        }
    }

    fn part(&mut self, part: Part) {
        self.close();
        self.round.parts.push(part);
    }

    fn call(&mut self, name: &str, input: Value) {
        self.round.calls.push(Call { name: name.to_owned(), input });
        if !self.grouped {
            self.close();
        }
    }

    /// Ends the response, if it calls anything: the next one answers the results.
    fn close(&mut self) {
        if !self.round.calls.is_empty() {
            self.done.push(std::mem::take(&mut self.round));
        }
    }

    fn otherwise(&mut self, text: String) {
        self.close();
        if let Some(last) = self.done.last_mut() {
            last.otherwise = Some(text);
        }
    }

    fn put_questions(&mut self) {
        if !self.questions.is_empty() {
            let questions = std::mem::take(&mut self.questions);
            self.call("AskUserQuestion", json!({ "questions": questions }));
        }
    }

    fn plan(&mut self, text: &str) {
        self.call("Write", json!({ "file_path": PLAN_FILE, "content": text }));
        self.call("ExitPlanMode", json!({}));
    }

    /// Creating and updating are two responses, since an update needs the id that the creation answers.
    fn todo(&mut self, text: &str) {
        let items: Vec<_> = text.split([';', '\n']).filter_map(|item| task(item.trim())).collect();
        let was_grouped = std::mem::replace(&mut self.grouped, true);
        for (_, subject) in &items {
            if !self.tasks.contains_key(*subject) {
                self.tasks.insert((*subject).to_owned(), "pending");
                self.call(
                    "TaskCreate",
                    json!({ "subject": subject, "description": subject, "activeForm": subject }),
                );
            }
        }
        self.close();
        for (status, subject) in items {
            let before = self.tasks.insert(subject.to_owned(), status);
            if before != Some(status) {
                self.call("TaskUpdate", json!({ "taskId": format!("{TASK}{subject}"), "status": status }));
            }
        }
        self.close();
        self.grouped = was_grouped;
    }

    fn tool(&mut self, directive: &Directive) {
        let text = directive.text();
        let (first, rest) = directive.pair();
        let (name, input) = match directive.word {
            "bash" => ("Bash", bash(&text)),
            "bash-bg" => {
                let mut input = bash(&text);
                input["run_in_background"] = json!(true);
                ("Bash", input)
            }
            "write" => ("Write", json!({ "file_path": first, "content": rest })),
            "edit" => {
                let (old, new) = split(&rest, if directive.block.is_some() { "\n==\n" } else { " | " });
                ("Edit", json!({ "file_path": first, "old_string": old, "new_string": new }))
            }
            "read" => ("Read", json!({ "file_path": text })),
            "grep" => (
                "Bash",
                json!({ "command": format!("grep -rn -- {} .", quoted(&text)), "description": format!("Search for {text}") }),
            ),
            "glob" => (
                "Bash",
                json!({ "command": format!("find . -name {}", quoted(&text)), "description": format!("Find {text}") }),
            ),
            "agent" => ("Agent", agent(&first, &rest, false)),
            "agent-bg" => ("Agent", agent(&first, &rest, true)),
            "cron" => {
                ("CronCreate", json!({ "cron": first, "prompt": rest, "recurring": true, "durable": false }))
            }
            "fetch" => ("WebFetch", json!({ "url": text, "prompt": "What does this page say?" })),
            "mcp" => {
                let (server, rest) = split(&text, " ");
                let (tool, input) = split(&rest, " ");
                return self.generic(&format!("mcp__{server}__{tool}"), &input);
            }
            _ => {
                let (name, input) = split(&text, " ");
                return self.generic(&name, &input);
            }
        };
        self.call(name, input);
    }

    fn generic(&mut self, name: &str, input: &str) {
        let input = if input.is_empty() { "{}" } else { input };
        match serde_json::from_str(input) {
            Ok(input) => self.call(name, input),
            Err(error) => self.part(Part::Say(format!("The script's input for {name} is not JSON: {error}"))),
        }
    }

    fn finish(mut self) -> Script {
        self.put_questions();
        self.close();
        let speaks = |part: &Part| !matches!(part, Part::Slow(_) | Part::Wait(_) | Part::Hold(_));
        if !self.round.parts.iter().any(speaks) {
            self.round.parts.push(Part::Say("Done.".to_owned()));
        }
        self.done.push(self.round);
        Script { rounds: self.done }
    }
}

fn split(text: &str, at: &str) -> (String, String) {
    let (first, rest) = text.split_once(at).unwrap_or((text, ""));
    (first.trim_end().to_owned(), rest.to_owned())
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn bash(text: &str) -> Value {
    let (command, why) = split(text, " ## ");
    let why = if why.is_empty() { "Run a command".to_owned() } else { why };
    json!({ "command": command, "description": why })
}

/// `[word] rest` to both, if it starts so.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let (inside, rest) = text.strip_prefix('[')?.split_once(']')?;
    Some((inside, rest.trim()))
}

fn agent(title: &str, prompt: &str, background: bool) -> Value {
    let (kind, title) = bracketed(title).unwrap_or(("general-purpose", title));
    json!({ "description": title, "prompt": prompt, "subagent_type": kind, "run_in_background": background })
}

fn question(line: &str, many: bool) -> Value {
    let (header, line) = bracketed(line).unwrap_or(("", line));
    let mut fields = line.split(" | ");
    let question = fields.next().unwrap_or_default().trim();
    let options: Vec<Value> = fields
        .map(|option| {
            let (label, why) = split(option.trim(), " - ");
            json!({ "label": label, "description": why })
        })
        .collect();
    let first = question.split_whitespace().next().unwrap_or("Question");
    let header = if header.is_empty() { first } else { header };
    // The tool takes at most twelve characters here.
    let header: String = header.chars().take(12).collect();
    json!({ "question": question, "header": header, "multiSelect": many, "options": options })
}

fn task(item: &str) -> Option<(&'static str, &str)> {
    let (mark, subject) = bracketed(item)?;
    let status = match mark.trim() {
        "x" => "completed",
        ">" => "in_progress",
        _ => "pending",
    };
    Some((status, subject))
}

fn failure(line: &str) -> Part {
    let mut words = line.split_whitespace().peekable();
    let status = words.next().and_then(|word| word.parse().ok()).unwrap_or(500);
    let times = words.peek().and_then(|word| word.strip_prefix('x')?.parse().ok());
    if times.is_some() {
        words.next();
    }
    Part::Fail { status, message: words.collect::<Vec<_>>().join(" "), times }
}

fn paragraphs(count: u64) -> String {
    const SENTENCES: [&str; 4] = [
        "A delivery is taken from the queue, signed and sent, and what came back is written down before the next one starts.",
        "Whatever fails is kept with its reason, so that nobody has to guess later what happened to an order.",
        "The receiving side may be slow, wrong or away; none of these is allowed to hold up the others.",
        "What is measured here is not speed but patience: how much is still right after the third attempt.",
    ];
    (1..=count)
        .map(|number| format!("Paragraph {number}. {}", SENTENCES.join(" ")))
        .collect::<Vec<_>>()
        .join("\n\n")
}
