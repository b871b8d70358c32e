//! From text to document.

use super::ast::Document;
use super::error::LanguageError;
use super::lexer::lex;
use super::parser::Parser;

/// Reads a text.
///
/// # Errors
/// All that is wrong, in the text's order, at most [`super::ERRORS_MAX`]; a mistake hides only the
/// piece that it is in, up to the next colon, comma or semicolon.
pub fn parse(text: &str) -> Result<Document, Vec<LanguageError>> {
    let (tokens, mut errors) = lex(text);
    let mut parser = Parser::new(text, &tokens);
    let document = parser.document();
    errors.append(&mut parser.errors);
    if errors.is_empty() {
        return Ok(document);
    }
    errors.sort_by_key(|error| error.span.start);
    errors.dedup_by_key(|error| (error.span.start, error.message.clone()));
    errors.truncate(super::ERRORS_MAX);
    Err(errors)
}
