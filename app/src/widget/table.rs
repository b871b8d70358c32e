//! A plain table.

use leptos::prelude::*;

/// Rows under headings; a row can be chosen if `on_choose` is given.
#[component]
pub fn Table(
    /// What the table is about.
    #[prop(into)]
    caption: Signal<String>,
    /// What the columns are called; the first names the row, the others hold figures.
    #[prop(into)]
    headings: Signal<Vec<String>>,
    /// The cells, row by row.
    #[prop(into)]
    rows: Signal<Vec<Vec<String>>>,
    /// A row was chosen: its place.
    #[prop(optional, into)]
    on_choose: Option<Callback<usize>>,
) -> impl IntoView {
    let cell = move |row: usize, column: usize, text: String| {
        if column > 0 {
            return view! { <td class="figure">{text}</td> }.into_any();
        }
        let content = match on_choose {
            None => text.into_any(),
            Some(choose) => {
                view! { <button class="link" on:click=move |_| choose.run(row)>{text}</button> }
                    .into_any()
            }
        };
        view! { <th scope="row">{content}</th> }.into_any()
    };
    view! {
        <table class="table">
            <caption>{caption}</caption>
            <thead>
                <tr>
                    {move || {
                        let headings = headings.get().into_iter();
                        headings.map(|text| view! { <th scope="col">{text}</th> }).collect_view()
                    }}
                </tr>
            </thead>
            <tbody>
                {move || {
                    rows.get().into_iter().enumerate().map(|(row, cells)| {
                        let cells = cells.into_iter().enumerate();
                        let cells = cells.map(|(column, text)| cell(row, column, text)).collect_view();
                        view! { <tr>{cells}</tr> }
                    }).collect_view()
                }}
            </tbody>
        </table>
    }
}
