//! The page: mounts the shell.

fn main() {
    leptos::mount::mount_to_body(|| leptos::view! { <h1>"Interleave"</h1> });
}
