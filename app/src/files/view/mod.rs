//! The views of files: the page of a project and the panel beside a session.
