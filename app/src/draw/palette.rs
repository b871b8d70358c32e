//! Inks: colours by what they mean. The colours themselves are the page's CSS custom properties.

/// A colour by what it means.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Ink {
    /// The ground that everything stands on.
    Paper,
    /// A raised ground: every other lane.
    Surface,
    /// Hairlines between parts.
    Hairline,
    /// Borders that a hand can take hold of.
    Edge,
    /// Text.
    Text,
    /// Text of less weight.
    TextSoft,
    /// What is selected or lit up.
    Accent,
    /// A run, under way or ended.
    Executing,
    /// A run that had to wait.
    Waiting,
    /// A run that was withdrawn, and the validation that withdrew it.
    Aborted,
    /// A validation.
    Validating,
    /// A committed run's rule.
    Committed,
    /// Work whose result came too late.
    Superseded,
    /// Figures in virtual time.
    Modelled,
    /// Figures of this machine.
    Measured,
}

impl Ink {
    /// Every ink, in the order of their numbers.
    pub const ALL: [Self; 15] = [
        Self::Paper,
        Self::Surface,
        Self::Hairline,
        Self::Edge,
        Self::Text,
        Self::TextSoft,
        Self::Accent,
        Self::Executing,
        Self::Waiting,
        Self::Aborted,
        Self::Validating,
        Self::Committed,
        Self::Superseded,
        Self::Modelled,
        Self::Measured,
    ];

    /// The CSS custom property that holds the colour.
    pub const fn token(self) -> &'static str {
        match self {
            Self::Paper => "--paper",
            Self::Surface => "--surface",
            Self::Hairline => "--line",
            Self::Edge => "--edge",
            Self::Text => "--ink",
            Self::TextSoft => "--ink-soft",
            Self::Accent => "--accent",
            Self::Executing => "--state-executing",
            Self::Waiting => "--state-waiting",
            Self::Aborted => "--state-aborted",
            Self::Validating => "--state-validating",
            Self::Committed => "--state-committed",
            Self::Superseded => "--state-superseded",
            Self::Modelled => "--modelled",
            Self::Measured => "--measured",
        }
    }
}

/// The colours of one theme, as CSS writes them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Palette {
    colours: Vec<String>,
    /// The family that text is set in.
    pub font: String,
    /// The family that figures are set in.
    pub figure_font: String,
}

impl Palette {
    /// Asks `colour_of` for the colour of every ink's token.
    pub fn new(
        font: &str,
        figure_font: &str,
        mut colour_of: impl FnMut(&'static str) -> String,
    ) -> Self {
        Self {
            colours: Ink::ALL.iter().map(|ink| colour_of(ink.token())).collect(),
            font: font.to_owned(),
            figure_font: figure_font.to_owned(),
        }
    }

    /// An ink's colour; black if the page names none.
    pub fn colour(&self, ink: Ink) -> &str {
        match self.colours.get(ink as usize).map(String::as_str) {
            None | Some("") => "#000",
            Some(colour) => colour,
        }
    }

    /// Reads the colours that hold on this element now. Asks the browser once an ink: do it once a theme.
    pub fn read(element: &web_sys::HtmlElement) -> Self {
        let window = web_sys::window();
        let computed = |property: &str| {
            window
                .as_ref()
                .and_then(|window| window.get_computed_style(element).ok().flatten())
                .and_then(|style| style.get_property_value(property).ok())
                .unwrap_or_default()
        };
        let style = element.style();
        let before = style.get_property_value("color").unwrap_or_default();
        // A property that is only text may still hold `light-dark()`; a colour in use never does.
        let colour_of = |token: &'static str| {
            if style
                .set_property("color", &format!("var({token})"))
                .is_err()
            {
                return String::new();
            }
            computed("color")
        };
        let colours = Ink::ALL.iter().map(|ink| colour_of(ink.token())).collect();
        // Only this element's own colour was touched, and it goes back to what it was.
        let _ = style.set_property("color", &before);
        Self {
            colours,
            font: computed("--font"),
            figure_font: computed("--font-figure"),
        }
    }
}

/// The palette of the style sheet, read without a browser: for tests and for pictures made outside a page.
#[cfg(test)]
pub(crate) fn from_style_sheet(is_dark: bool) -> Palette {
    let sheet = include_str!("../../style/tokens.css");
    Palette::new("Inter, sans-serif", "JetBrains Mono, monospace", |token| {
        let (_, rest) = sheet
            .split_once(&format!("{token}: light-dark("))
            .expect("every ink has a token");
        let (pair, _) = rest.split_once(");").expect("a pair of colours");
        let (light, dark) = pair.split_once(", ").expect("two colours");
        if is_dark { dark } else { light }.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(text: &str) -> f64 {
        let value = f64::from(u8::from_str_radix(text, 16).expect("hexadecimal")) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    }

    /// WCAG 2.2, relative luminance.
    fn luminance(colour: &str) -> f64 {
        0.2126 * channel(&colour[1..3])
            + 0.7152 * channel(&colour[3..5])
            + 0.0722 * channel(&colour[5..7])
    }

    fn contrast(first: &str, second: &str) -> f64 {
        let (first, second) = (luminance(first), luminance(second));
        (first.max(second) + 0.05) / (first.min(second) + 0.05)
    }

    #[test]
    fn inks_keep_their_place() {
        for (index, ink) in Ink::ALL.into_iter().enumerate() {
            assert_eq!(ink as usize, index);
        }
    }

    #[test]
    fn text_and_marks_hold_against_both_grounds() {
        for is_dark in [false, true] {
            let palette = from_style_sheet(is_dark);
            for ground in [Ink::Paper, Ink::Surface] {
                let ground = palette.colour(ground);
                for ink in [
                    Ink::Text,
                    Ink::TextSoft,
                    Ink::Accent,
                    Ink::Modelled,
                    Ink::Measured,
                ] {
                    let found = contrast(palette.colour(ink), ground);
                    assert!(found >= 4.5, "{ink:?} {found:.2} dark: {is_dark}");
                }
                for ink in [
                    Ink::Edge,
                    Ink::Executing,
                    Ink::Waiting,
                    Ink::Aborted,
                    Ink::Validating,
                    Ink::Committed,
                    Ink::Superseded,
                ] {
                    let found = contrast(palette.colour(ink), ground);
                    assert!(found >= 3.0, "{ink:?} {found:.2} dark: {is_dark}");
                }
            }
        }
    }
}
