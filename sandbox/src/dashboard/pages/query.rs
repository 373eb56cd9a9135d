//! What a page's address asks for: the span of the chart, and the part of a long table.

use axum::http::Uri;
use maud::{Markup, html};

use crate::keys::Span;

/// How many rows a part of a table has.
const ROWS: usize = 100;

/// The query of a page. What is not understood is left out.
#[derive(Clone, Copy)]
pub(super) struct Query {
    pub(super) span: Span,
    /// Counted from 1.
    page: usize,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            span: Span::HOUR,
            page: 1,
        }
    }
}

impl Query {
    pub(super) fn of(uri: &Uri) -> Self {
        let mut query = Self::default();
        for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            match (&*name, &*value) {
                ("span", "day") => query.span = Span::DAY,
                ("page", number) => query.page = number.parse().unwrap_or(1).max(1),
                _ => {}
            }
        }
        query
    }

    /// The rows of this part, the newest first. Of a part that is not there, the last one.
    pub(super) fn newest<'a, T>(
        &mut self,
        all: &'a [T],
    ) -> impl Iterator<Item = &'a T> + use<'a, T> {
        self.page = self.page.min(pages(all.len()));
        all.iter().rev().skip((self.page - 1) * ROWS).take(ROWS)
    }

    pub(super) fn span_links(self) -> Markup {
        let links = [(Span::HOUR, "Last hour"), (Span::DAY, "Last 24 hours")];
        html! {
            nav.links aria-label="Time span of the chart" {
                @for (span, words) in links {
                    a href=(Self { span, ..self }.href())
                        aria-current=[(span == self.span).then_some("true")] { (words) }
                }
            }
        }
    }

    /// To the other parts of a table with so many rows; nothing if it has one part.
    pub(super) fn page_links(self, rows: usize) -> Markup {
        let last = pages(rows);
        let to = |page, words| {
            let href = Self { page, ..self }.href();
            html! { a href=(href) { (words) } }
        };
        html! {
            @if last > 1 {
                nav.links aria-label="Parts of the table" {
                    @if self.page > 1 { (to(1, "Newest")) (to(self.page - 1, "Newer")) }
                    span aria-current="page" { "Page " (self.page) " of " (last) }
                    @if self.page < last { (to(self.page + 1, "Older")) (to(last, "Oldest")) }
                }
            }
        }
    }

    fn href(self) -> String {
        let span = if self.span == Span::DAY {
            "day"
        } else {
            "hour"
        };
        match self.page {
            1 => format!("?span={span}"),
            page => format!("?span={span}&page={page}"),
        }
    }
}

fn pages(rows: usize) -> usize {
    rows.div_ceil(ROWS).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_one_part() {
        for rows in [0, 1, 99, 100, 101, 250] {
            let all: Vec<usize> = (0..rows).collect();
            let mut seen = Vec::new();
            for page in 1..=pages(rows) {
                let mut query = Query::of(&format!("/?page={page}").parse().unwrap());
                seen.extend(query.newest(&all).copied());
            }
            assert!(seen.iter().rev().eq(all.iter()), "{rows}");
        }
    }

    #[test]
    fn a_part_that_is_not_there_is_the_nearest_one() {
        let all: Vec<usize> = (0..250).collect();
        for (query, first, page) in [
            ("", 249, 1),
            ("?page=0", 249, 1),
            ("?page=-1", 249, 1),
            ("?page=x", 249, 1),
            ("?page=3&span=day", 49, 3),
            ("?page=4", 49, 3),
            ("?page=18446744073709551615", 49, 3),
            ("?page=99999999999999999999", 249, 1),
        ] {
            let mut found = Query::of(&format!("/{query}").parse().unwrap());
            assert_eq!(found.newest(&all).next(), Some(&first), "{query}");
            assert_eq!(found.page, page, "{query}");
        }
    }
}
