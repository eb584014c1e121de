//! The tests that drive Gatehouse from outside, one folder per subject.

mod install;
