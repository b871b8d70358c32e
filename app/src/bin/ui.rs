//! The page: mounts the shell.

fn main() {
    leptos::mount::mount_to_body(app::view::shell::Shell);
}
