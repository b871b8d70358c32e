//! What could be written at a place.
//!
//! The text before the cursor is parsed as if it ended there: what the parser then asks for, in vain,
//! is what could follow. So the completion cannot disagree with the grammar.

use super::TEXT_MAX;
use super::lexer::{Kind, lex};
use super::parser::{Expected, Parser};
use serde::{Deserialize, Serialize};

/// What an item is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A word of the language.
    Word,
    /// A sign.
    Sign,
    /// A symbol that the caller knows.
    Asset,
    /// An example of what could stand here.
    Example,
}

/// One thing that could be written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Item {
    /// What to put in.
    pub text: String,
    /// What it is.
    pub kind: ItemKind,
}

/// What could be written at a place.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Completion {
    /// The items replace the text from this byte to the cursor.
    pub from: u32,
    /// In the grammar's order.
    pub items: Vec<Item>,
}

/// What could be written at this byte of a text, knowing these assets.
pub fn complete(text: &str, cursor: usize, assets: &[&str]) -> Completion {
    let mut end = cursor.min(text.len()).min(TEXT_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let begun = before
        .rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .map_or(0, |at| {
            at + before[at..].chars().next().map_or(1, char::len_utf8)
        });
    // A number is not begun anew by completing it.
    let begun = if before[begun..].starts_with(|c: char| c.is_ascii_digit()) {
        end
    } else {
        begun
    };
    let prefix = &before[begun..];
    let kept = &before[..begun];
    if is_in_note_or_quotation(kept) {
        return Completion::default();
    }
    let (tokens, _) = lex(kept);
    let mut parser = Parser::new(kept, &tokens);
    parser.document();
    if *parser.kind() != Kind::End {
        return Completion::default();
    }
    let mut items = Vec::new();
    for expected in &parser.expected {
        match *expected {
            Expected::Word(word) if word.starts_with(prefix) => {
                items.push(item(word, ItemKind::Word))
            }
            Expected::Sign(sign) if prefix.is_empty() => items.push(item(sign, ItemKind::Sign)),
            Expected::Example("an asset", _) if !assets.is_empty() => items.extend(
                assets
                    .iter()
                    .filter(|asset| asset.starts_with(prefix))
                    .map(|asset| item(asset, ItemKind::Asset)),
            ),
            Expected::Example(_, example) if prefix.is_empty() => {
                items.push(item(example, ItemKind::Example));
            }
            _ => {}
        }
    }
    Completion {
        from: begun as u32,
        items,
    }
}

fn item(text: &str, kind: ItemKind) -> Item {
    Item {
        text: text.to_owned(),
        kind,
    }
}

fn is_in_note_or_quotation(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            '#' if !quoted => return true,
            _ => {}
        }
    }
    quoted
}
