//! From JSON text to a document, with every problem's place.

use super::Problem;
use super::check::check;
use super::format::{DropKind, Execution, Mix, SCENARIO_VERSION, Scenario, Scheduler, Workload};
use serde_json::{Map, Value};

/// Longest text, in bytes.
pub const TEXT_MAX: usize = 1 << 20;

/// Reads and checks a document. Fields left out have their defaults, except `version`.
///
/// # Errors
/// All problems: of the text (line and column), of the shape (unknown fields, wrong types), or, once
/// the shape is right, of the values.
pub fn parse(text: &str) -> Result<Scenario, Vec<Problem>> {
    let problem = |message: String, hint: &str| {
        vec![Problem {
            path: String::new(),
            message,
            hint: hint.to_owned(),
        }]
    };
    if text.len() > TEXT_MAX {
        return Err(problem(
            format!("longer than {TEXT_MAX} bytes"),
            "a scenario has a few hundred; is this the right file?",
        ));
    }
    let value: Value = serde_json::from_str(text).map_err(|error| {
        problem(
            format!("not JSON: {error}"),
            "look at that line; a comma or a quotation mark too many or too few is the usual reason",
        )
    })?;
    let mut problems = Vec::new();
    let scenario = document(&value, &mut problems);
    if problems.is_empty() {
        problems = check(&scenario);
    }
    if problems.is_empty() {
        Ok(scenario)
    } else {
        Err(problems)
    }
}

/// The document as indented JSON, as [`parse`] reads it.
pub fn print(scenario: &Scenario) -> String {
    let mut text = serde_json::to_string_pretty(scenario).unwrap_or_default();
    text.push('\n');
    text
}

fn document(value: &Value, problems: &mut Vec<Problem>) -> Scenario {
    let mut scenario = Scenario::default();
    let none = Map::new();
    let mut fields = Fields::new("", value, &none, problems);
    scenario.name.clear();
    scenario.seed = 0;
    if fields.object.contains_key("version") {
        fields.number("version", &mut scenario.version);
    } else if std::ptr::eq(fields.object, &none) {
        return scenario;
    } else {
        fields.known.push("version");
        fields.problem(
            "version",
            "is missing".to_owned(),
            &format!("write \"version\": {SCENARIO_VERSION}"),
        );
    }
    if let Some(name) = fields.take("name") {
        match name.as_str() {
            Some(name) => name.clone_into(&mut scenario.name),
            None => fields.wrong("name", "text in quotation marks", name),
        }
    }
    fields.number("seed", &mut scenario.seed);
    fields.number("blocks", &mut scenario.blocks);
    let workload = fields.take("workload");
    let execution = fields.take("execution");
    fields.finish();
    if let Some(value) = workload {
        read_workload(value, &mut scenario.workload, problems);
    }
    if let Some(value) = execution {
        read_execution(value, &mut scenario.execution, problems);
    }
    scenario
}

fn read_workload(value: &Value, workload: &mut Workload, problems: &mut Vec<Problem>) {
    let none = Map::new();
    let mut fields = Fields::new("workload", value, &none, problems);
    fields.number("transactions", &mut workload.transactions);
    fields.number("accounts", &mut workload.accounts);
    fields.number("skew_permille", &mut workload.skew_permille);
    fields.number("hot_permille", &mut workload.hot_permille);
    fields.number("hot_accounts_permille", &mut workload.hot_accounts_permille);
    fields.number("dependency_distance", &mut workload.dependency_distance);
    fields.number("pools", &mut workload.pools);
    let mix = fields.take("mix");
    fields.number("work_rounds", &mut workload.work_rounds);
    let kinds = [
        ("ordered", DropKind::Ordered),
        ("commutative", DropKind::Commutative),
    ];
    fields.choice("drop", &kinds, &mut workload.drop);
    fields.number("drop_cap", &mut workload.drop_cap);
    fields.number("drop_stock", &mut workload.drop_stock);
    fields.number("touch_slots", &mut workload.touch_slots);
    if let Some(traffic) = fields.take("traffic") {
        match (traffic.as_u64(), traffic.is_null()) {
            (Some(number), _) => workload.traffic = Some(number),
            (None, true) => workload.traffic = None,
            (None, false) => fields.wrong("traffic", "a block's number or null", traffic),
        }
    }
    if let Some(recorded) = fields.take("recorded") {
        match recorded.as_str() {
            Some(text) => text.clone_into(&mut workload.recorded),
            None => fields.wrong("recorded", "text in quotation marks", recorded),
        }
    }
    fields.finish();
    if let Some(value) = mix {
        workload.mix = read_mix(value, problems);
    }
}

/// A mix that is given replaces the default one whole: shares left out are 0.
fn read_mix(value: &Value, problems: &mut Vec<Problem>) -> Mix {
    let none = Map::new();
    let mut mix = Mix::default();
    let mut fields = Fields::new("workload.mix", value, &none, problems);
    fields.number("pay", &mut mix.pay);
    fields.number("transfer", &mut mix.transfer);
    fields.number("swap", &mut mix.swap);
    fields.number("add_liquidity", &mut mix.add_liquidity);
    fields.number("remove_liquidity", &mut mix.remove_liquidity);
    fields.number("supply", &mut mix.supply);
    fields.number("borrow", &mut mix.borrow);
    fields.number("repay", &mut mix.repay);
    fields.number("liquidate", &mut mix.liquidate);
    fields.number("claim", &mut mix.claim);
    fields.number("touch", &mut mix.touch);
    fields.finish();
    mix
}

fn read_execution(value: &Value, execution: &mut Execution, problems: &mut Vec<Problem>) {
    let none = Map::new();
    let mut fields = Fields::new("execution", value, &none, problems);
    let schedulers = Scheduler::ALL.map(|scheduler| (scheduler.name(), scheduler));
    fields.choice("scheduler", &schedulers, &mut execution.scheduler);
    fields.number("lanes", &mut execution.lanes);
    fields.number("validate_read_ticks", &mut execution.validate_read_ticks);
    fields.number("dispatch_ticks", &mut execution.dispatch_ticks);
    fields.finish();
}

/// One object of the document while it is read.
struct Fields<'a, 'p> {
    path: &'static str,
    object: &'a Map<String, Value>,
    known: Vec<&'static str>,
    problems: &'p mut Vec<Problem>,
}

impl<'a, 'p> Fields<'a, 'p> {
    fn new(
        path: &'static str,
        value: &'a Value,
        none: &'a Map<String, Value>,
        problems: &'p mut Vec<Problem>,
    ) -> Self {
        let object = value.as_object().unwrap_or_else(|| {
            problems.push(Problem {
                path: path.to_owned(),
                message: format!("expected an object, found {}", kind_of(value)),
                hint: "write fields in braces: { \"field\": value }".to_owned(),
            });
            none
        });
        Self {
            path,
            object,
            known: Vec::new(),
            problems,
        }
    }

    fn take(&mut self, field: &'static str) -> Option<&'a Value> {
        self.known.push(field);
        self.object.get(field)
    }

    fn number<T: TryFrom<u64>>(&mut self, field: &'static str, into: &mut T) {
        let Some(value) = self.take(field) else {
            return;
        };
        match value.as_u64().and_then(|number| T::try_from(number).ok()) {
            Some(number) => *into = number,
            None if value.is_u64() => self.wrong(field, "a smaller whole number", value),
            None => self.wrong(field, "a whole number from 0 up", value),
        }
    }

    fn choice<T: Copy>(&mut self, field: &'static str, choices: &[(&str, T)], into: &mut T) {
        let Some(value) = self.take(field) else {
            return;
        };
        let word = value.as_str();
        match choices.iter().find(|(name, _)| word == Some(*name)) {
            Some((_, choice)) => *into = *choice,
            None => {
                let names: Vec<_> = choices.iter().map(|(n, _)| format!("{n:?}")).collect();
                self.wrong(field, &names.join(" or "), value);
            }
        }
    }

    fn wrong(&mut self, field: &str, expected: &str, found: &Value) {
        let message = format!("expected {expected}, found {}", kind_of(found));
        self.problem(field, message, &format!("write {expected}"));
    }

    fn problem(&mut self, field: &str, message: String, hint: &str) {
        let path = if self.path.is_empty() {
            field.to_owned()
        } else {
            format!("{}.{field}", self.path)
        };
        self.problems.push(Problem {
            path,
            message,
            hint: hint.to_owned(),
        });
    }

    /// Names the fields that nobody took.
    fn finish(mut self) {
        for field in self.object.keys() {
            if self.known.contains(&field.as_str()) {
                continue;
            }
            let nearest = self
                .known
                .iter()
                .map(|known| (distance(field, known), *known))
                .min()
                .filter(|(distance, known)| *distance * 2 <= known.len());
            let hint = match nearest {
                Some((_, known)) => format!("did you mean {known:?}?"),
                None => format!("known here: {}", self.known.join(", ")),
            };
            let shown: String = field.chars().take(40).collect();
            self.problem(&shown, "unknown field".to_owned(), &hint);
        }
    }
}

fn kind_of(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{:?}", text.chars().take(40).collect::<String>()),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// How many characters must be put in, taken out or replaced to get from one word to the other
/// (Levenshtein 1966). Words longer than any field's name are as far as they are long.
fn distance(word: &str, other: &str) -> usize {
    let word: Vec<char> = word.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=word.len()).collect();
    for (i, b) in other.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, a) in word.iter().enumerate() {
            let replaced = diagonal + usize::from(*a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[word.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::preset;
    use proptest::prelude::*;

    fn problems(text: &str) -> Vec<String> {
        let problems = parse(text).expect_err(text);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn presets_come_back_from_their_text() {
        for preset in preset::all() {
            let scenario = preset.scenario();
            assert_eq!(parse(&print(&scenario)), Ok(scenario.clone()));
            // The same fields and defaults as the derived reader.
            let derived: Scenario = serde_json::from_str(&print(&scenario)).unwrap();
            assert_eq!(derived, scenario);
        }
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let short = r#"{"version": 1, "workload": {"mix": {"swap": 3}}}"#;
        let scenario = parse(short).unwrap();
        assert_eq!(scenario, serde_json::from_str::<Scenario>(short).unwrap());
        assert_eq!(scenario.workload.accounts, 10_000);
        assert_eq!(scenario.workload.mix.transfer, 0);
    }

    #[test]
    fn all_problems_of_the_shape_come_at_once() {
        let schedulers = Scheduler::ALL.map(|scheduler| format!("{:?}", scheduler.name()));
        let schedulers = schedulers.join(" or ");
        let text = r#"{
            "seed": -1, "lanes": 3, "nam": "x",
            "workload": {"acounts": 5, "pools": "many", "drop": "chaos", "traffic": [], "mix": {"swaps": 1}},
            "execution": {"lanes": 99999999999, "scheduler": 4}
        }"#;
        assert_eq!(
            problems(text),
            [
                "version: is missing (write \"version\": 1)",
                "seed: expected a whole number from 0 up, found -1 (write a whole number from 0 up)",
                "lanes: unknown field (known here: version, name, seed, blocks, workload, execution)",
                "nam: unknown field (did you mean \"name\"?)",
                "workload.pools: expected a whole number from 0 up, found \"many\" (write a whole number from 0 up)",
                "workload.drop: expected \"ordered\" or \"commutative\", found \"chaos\" (write \"ordered\" or \"commutative\")",
                "workload.traffic: expected a block's number or null, found a list (write a block's number or null)",
                "workload.acounts: unknown field (did you mean \"accounts\"?)",
                "workload.mix.swaps: unknown field (did you mean \"swap\"?)",
                &format!(
                    "execution.scheduler: expected {schedulers}, found 4 (write {schedulers})"
                ),
                "execution.lanes: expected a smaller whole number, found 99999999999 (write a smaller whole number)",
            ]
        );
    }

    #[test]
    fn broken_text_says_where() {
        assert!(problems("{\n \"version\": 1,,\n}")[0].contains("line 2 column 15"));
        assert!(problems("[]")[0].starts_with("document: expected an object, found a list"));
        assert!(problems(&" ".repeat(TEXT_MAX + 1))[0].contains("longer than"));
        assert!(problems(&"[".repeat(100_000))[0].contains("recursion limit"));
        assert!(problems(r#"{"version": 2}"#)[0].starts_with("version: version 2"));
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in ".{0,200}", json in "[\\[\\]{}\",:0-9a-z ]{0,200}") {
            let _ = (parse(&text), parse(&json));
        }
    }
}
