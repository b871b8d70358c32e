//! Owned by the execution view's author; see the folder's own documentation.
