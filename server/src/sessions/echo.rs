//! An agent without a model: speaks just enough of the CLI's stream-json to be driven by the real keeper and actor in
//! tests and benchmarks. The prompt says, line by line, what it does. Never used unless the configuration names it.

use std::{
    io::{BufRead, Write},
    process::ExitCode,
    sync::mpsc::{Receiver, RecvTimeoutError, sync_channel},
    time::Duration,
};

use serde_json::{Value, json};
use uuid::Uuid;

/// Input lines that may wait; the keeper holds the rest.
const INPUT: usize = 1_024;

/// Runs until its input ends. `arguments` are the CLI's own.
#[must_use]
pub fn run(arguments: &[String]) -> ExitCode {
    let value =
        |flag: &str| arguments.iter().find_map(|argument| argument.strip_prefix(flag)).map(str::to_owned);
    let resumed = value("--resume=");
    let session =
        value("--session-id=").or_else(|| resumed.clone()).unwrap_or_else(|| Uuid::new_v4().to_string());
    let (send, input) = sync_channel(INPUT);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let Ok(line) = serde_json::from_str::<Value>(&line) else { break };
            if send.send(line).is_err() {
                break;
            }
        }
    });
    let mode = value("--permission-mode=").unwrap_or_else(|| "default".to_owned());
    let mut echo = Echo { session, input, mode, cost: 0.0, waiting: Vec::new() };
    // The nil conversation is the one that nobody knows.
    if resumed.is_some_and(|id| id.starts_with("00000000")) {
        let errors = [format!("No conversation found with session ID: {}", echo.session)];
        echo.put(json!({"type": "result", "subtype": "error_during_execution", "is_error": true, "errors": errors}));
        return ExitCode::FAILURE;
    }
    match echo.serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Ended(code)) => ExitCode::from(code),
    }
}

/// The prompt asked for the end, with this exit code.
struct Ended(u8);

struct Echo {
    session: String,
    input: Receiver<Value>,
    mode: String,
    cost: f64,
    /// Messages that came while a turn ran.
    waiting: Vec<Value>,
}

impl Echo {
    fn serve(&mut self) -> Result<(), Ended> {
        loop {
            let line = if self.waiting.is_empty() {
                let Ok(line) = self.input.recv() else { return Ok(()) };
                line
            } else {
                self.waiting.remove(0)
            };
            match line["type"].as_str() {
                Some("user") => self.turn(&line)?,
                Some("control_request") => {
                    self.control(&line);
                }
                _ => {}
            }
        }
    }

    /// Answers a request of the app; whether it was an interrupt.
    fn control(&mut self, line: &Value) -> bool {
        let request = &line["request"];
        let subtype = request["subtype"].as_str().unwrap_or_default();
        let response = match subtype {
            "initialize" => {
                let title = &request["title"];
                self.put(json!({"type": "system", "subtype": "session_title_changed", "title": title}));
                json!({"commands": [], "models": [], "account": {"tokenSource": "none", "apiKeySource": "echo", "apiProvider": "firstParty"}})
            }
            "set_permission_mode" => {
                self.mode = request["mode"].as_str().unwrap_or("default").to_owned();
                json!({"mode": self.mode})
            }
            _ => json!({}),
        };
        self.put(json!({"type": "control_response",
            "response": {"subtype": "success", "request_id": line["request_id"], "response": response}}));
        subtype == "interrupt"
    }

    fn turn(&mut self, message: &Value) -> Result<(), Ended> {
        let id = message["uuid"].clone();
        let prompt = message["message"]["content"][0]["text"].as_str().unwrap_or_default().to_owned();
        self.put(json!({"type": "command_lifecycle", "command_uuid": id, "state": "started"}));
        let model = "echo";
        self.put(json!({"type": "system", "subtype": "init", "model": model, "permissionMode": self.mode}));
        let mut end = json!({"type": "result", "subtype": "success", "is_error": false, "terminal_reason": "completed"});
        for line in prompt.lines() {
            let (verb, rest) = line.split_once(": ").unwrap_or(("say", line));
            if let Some(other) = self.step(verb, rest)? {
                end = other;
                break;
            }
        }
        self.cost += 0.01;
        end["total_cost_usd"] = self.cost.into();
        end["duration_ms"] = 1.into();
        self.put(end);
        self.put(json!({"type": "command_lifecycle", "command_uuid": id, "state": "completed"}));
        Ok(())
    }

    /// One line of the prompt; the turn's result if it ends there.
    fn step(&mut self, verb: &str, rest: &str) -> Result<Option<Value>, Ended> {
        let number = || rest.parse::<u64>().unwrap_or_default();
        match verb {
            "say" => self.say(rest),
            "flood" => (0..number()).for_each(|n| self.say(&format!("line {n}"))),
            "stamp" => self.stamp(rest),
            "stream" => self.stream(rest),
            "wait" => {
                if self.interrupted_within(Duration::from_millis(number())) {
                    return Ok(Some(interrupted()));
                }
            }
            "bash" => return Ok(self.bash(rest)),
            "background" => {
                let tasks: Vec<Value> = (0..number()).map(|n| json!({"task_id": n.to_string()})).collect();
                self.put(json!({"type": "system", "subtype": "background_tasks_changed", "tasks": tasks}));
            }
            "fail" => {
                return Ok(Some(
                    json!({"type": "result", "subtype": "success", "is_error": true, "result": rest,
                    "terminal_reason": "api_error"}),
                ));
            }
            "raw" => write(rest.as_bytes(), true),
            "bytes" => write(&vec![b'x'; usize::try_from(number()).unwrap_or_default()], true),
            "invalid" => write(&[0xff, 0xfe, b'?'], true),
            "half" => {
                write(rest.as_bytes(), false);
                return Err(Ended(7));
            }
            "stderr" => eprintln!("{rest}"),
            "exit" => return Err(Ended(u8::try_from(number()).unwrap_or(1))),
            other => self.say(&format!("{other}: {rest}")),
        }
        Ok(None)
    }

    fn say(&self, text: &str) {
        let content = json!([{"type": "text", "text": text}]);
        self.put(json!({"type": "assistant", "uuid": Uuid::new_v4().to_string(), "parent_tool_use_id": null,
            "message": {"content": content, "usage": {"input_tokens": 10, "output_tokens": 1}}}));
    }

    /// `COUNT EVERY AT`: says so many lines, one each so many microseconds from an instant on (milliseconds since 1970),
    /// each with the nanosecond in which it is said, for those who measure.
    fn stamp(&self, rest: &str) {
        let mut numbers = rest.split(' ').map(|number| number.parse::<i128>().unwrap_or_default());
        let mut number = || numbers.next().unwrap_or_default();
        let (count, every, at) = (number(), number(), number());
        for n in 0..count {
            let left = at * 1_000_000 + n * every * 1_000 - jiff::Timestamp::now().as_nanosecond();
            std::thread::sleep(Duration::from_nanos(u64::try_from(left).unwrap_or_default()));
            let said = jiff::Timestamp::now().as_nanosecond();
            self.say(&format!(
                "{said} is the nanosecond in which this line, which is about as long as others, was said."
            ));
        }
    }

    /// Says a text word by word first, as the model does.
    fn stream(&self, text: &str) {
        let event =
            |event: Value| json!({"type": "stream_event", "parent_tool_use_id": null, "event": event});
        self.put(event(json!({"type": "message_start"})));
        self.put(event(
            json!({"type": "content_block_start", "content_block": {"type": "text", "text": ""}}),
        ));
        for word in text.split_inclusive(' ') {
            let delta = json!({"type": "text_delta", "text": word});
            self.put(event(json!({"type": "content_block_delta", "delta": delta})));
        }
        self.say(text);
    }

    /// Asks whether a command may run; it never runs one.
    fn bash(&mut self, command: &str) -> Option<Value> {
        let (call, request) = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
        let input = json!({"command": command});
        let content = json!([{"type": "tool_use", "id": call, "name": "Bash", "input": input}]);
        self.put(
            json!({"type": "assistant", "uuid": Uuid::new_v4().to_string(), "message": {"content": content}}),
        );
        self.put(
            json!({"type": "control_request", "request_id": request, "request": {"subtype": "can_use_tool",
            "tool_name": "Bash", "tool_use_id": call, "input": input, "permission_suggestions": []}}),
        );
        let answer = loop {
            let Ok(line) = self.input.recv() else { return Some(interrupted()) };
            match line["type"].as_str() {
                Some("control_response") if line["response"]["request_id"] == request.as_str() => break line,
                Some("control_request") if self.control(&line) => {
                    self.put(json!({"type": "control_cancel_request", "request_id": request}));
                    return Some(interrupted());
                }
                Some("user") => self.waiting.push(line),
                _ => {}
            }
        };
        let response = &answer["response"]["response"];
        let allowed = response["behavior"] == "allow";
        let output =
            if allowed { response["updatedInput"]["command"].clone() } else { response["message"].clone() };
        let content =
            json!([{"type": "tool_result", "tool_use_id": call, "content": output, "is_error": !allowed}]);
        self.put(
            json!({"type": "user", "uuid": Uuid::new_v4().to_string(), "message": {"content": content}}),
        );
        None
    }

    /// Waits, unless an interrupt comes first.
    fn interrupted_within(&mut self, time: Duration) -> bool {
        let end = std::time::Instant::now() + time;
        loop {
            match self.input.recv_timeout(end.saturating_duration_since(std::time::Instant::now())) {
                Ok(line) if line["type"] == "control_request" => {
                    if self.control(&line) {
                        return true;
                    }
                }
                Ok(line) => self.waiting.push(line),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    fn put(&self, mut line: Value) {
        line["session_id"] = self.session.as_str().into();
        write(line.to_string().as_bytes(), true);
    }
}

fn interrupted() -> Value {
    json!({"type": "result", "subtype": "error_during_execution", "is_error": true, "terminal_reason": "aborted_streaming"})
}

/// A reader that is gone is no reason to fail: the keeper ends us soon.
fn write(bytes: &[u8], end: bool) {
    let mut out = std::io::stdout().lock();
    let _ = out
        .write_all(bytes)
        .and_then(|()| if end { out.write_all(b"\n") } else { Ok(()) })
        .and_then(|()| out.flush());
}
