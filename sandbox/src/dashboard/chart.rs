//! Tokens over time as a small bar chart, with the same numbers in a table.

use maud::{Markup, html};

use super::pages::layout::{self, cell};
use crate::keys::{Piece, Span};

const HEIGHT: i64 = 100;

/// The chart of a span; `of` says whose tokens it shows.
pub(super) fn chart(span: Span, pieces: &[Piece], of: &str) -> Markup {
    let (words, piece) = match span {
        Span::HOUR => ("the last hour", "minute"),
        _ => ("the last 24 hours", "hour"),
    };
    let most = pieces.iter().map(|piece| piece.counts.tokens()).max();
    let most = most.unwrap_or_default();
    let total: i64 = pieces.iter().map(|piece| piece.counts.tokens()).sum();
    let label = format!("Tokens of {of} in {words}: {total}, at most {most} in one {piece}");
    let used = || pieces.iter().filter(|piece| piece.counts.requests > 0);
    html! {
        figure.chart {
            figcaption { (label) }
            svg role="img" aria-label=(label) viewBox=(format!("0 0 {} {HEIGHT}", pieces.len() * 10))
                preserveAspectRatio="none" {
                @for (number, piece) in pieces.iter().enumerate() {
                    @let height = bar(piece.counts.tokens(), most);
                    @if height > 0 {
                        rect x=(number * 10 + 1) width="8" y=(HEIGHT - height) height=(height) {}
                    }
                }
            }
            div.axis {
                span { (pieces.first().map(clock).unwrap_or_default()) }
                span { "now (UTC)" }
            }
            @if used().next().is_some() {
                details {
                    summary { "The numbers" }
                    (layout::table("Requests and tokens", &["From (UTC)", "Requests", "Tokens"], &html! {
                        @for piece in used() {
                            tr role="row" {
                                (cell("From (UTC)", &html! { (clock(piece)) }))
                                (cell("Requests", &html! { (piece.counts.requests) }))
                                (cell("Tokens", &html! { (piece.counts.tokens()) }))
                            }
                        }
                    }))
                }
            }
        }
    }
}

/// Something small is still seen.
fn bar(tokens: i64, most: i64) -> i64 {
    match tokens {
        0 => 0,
        _ => {
            let exact = i128::from(tokens) * i128::from(HEIGHT) / i128::from(most.max(1));
            i64::try_from(exact).unwrap_or(HEIGHT).clamp(2, HEIGHT)
        }
    }
}

fn clock(piece: &Piece) -> String {
    let minutes = piece.start / 60;
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_fits_and_something_small_is_seen() {
        assert_eq!(bar(0, 0), 0);
        assert_eq!(bar(1, 1), HEIGHT);
        assert_eq!(bar(1, 1_000_000), 2);
        assert_eq!(bar(i64::MAX, i64::MAX), HEIGHT);
    }
}
