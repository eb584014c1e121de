//! Who is at a ticket: looking at it, or writing an answer. Kept in memory alone, and forgotten after half a minute.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Time;
use crate::base::clock::SECOND;

/// How long somebody is taken to be there who says nothing more.
const LASTS: i64 = 30 * SECOND;

/// What somebody does at a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// They have it open.
    Looking,
    /// They write.
    Typing,
}

impl Doing {
    /// As every surface spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Looking => "looking",
            Self::Typing => "typing",
        }
    }
}

/// Somebody who is at a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    /// The user's number.
    pub user: i64,
    /// Their name.
    pub name: String,
    /// What they do.
    pub doing: Doing,
    until: Time,
}

/// Who is at which ticket, and of which tickets that has yet to be told.
#[derive(Default)]
pub(super) struct Presences {
    at: BTreeMap<i64, Vec<Present>>,
    news: BTreeSet<i64>,
}

impl Presences {
    /// Notes what somebody does at a ticket, `None` when they leave. Whether that is news.
    pub(super) fn note(&mut self, ticket: i64, user: i64, name: &str, doing: Option<Doing>, now: Time) -> bool {
        self.forget(now);
        let all = self.at.entry(ticket).or_default();
        let known = all.iter().position(|present| present.user == user);
        let was = known.map(|index| all.remove(index).doing);
        if let Some(doing) = doing {
            all.push(Present { user, name: name.to_owned(), doing, until: now.plus(LASTS) });
            all.sort_by_key(|present| present.user);
        }
        if all.is_empty() {
            self.at.remove(&ticket);
        }
        let is_news = was != doing;
        if is_news {
            self.news.insert(ticket);
        }
        is_news
    }

    /// Who is at a ticket.
    pub(super) fn of(&self, ticket: i64) -> Vec<Present> {
        self.at.get(&ticket).cloned().unwrap_or_default()
    }

    /// Forgets who has said nothing for too long.
    pub(super) fn forget(&mut self, now: Time) {
        let news = &mut self.news;
        self.at.retain(|ticket, all| {
            let before = all.len();
            all.retain(|present| present.until > now);
            if all.len() < before {
                news.insert(*ticket);
            }
            !all.is_empty()
        });
    }

    /// The tickets of which there is news, each with who is there now.
    pub(super) fn take_news(&mut self) -> Vec<(i64, Vec<Present>)> {
        let news = std::mem::take(&mut self.news);
        news.into_iter().map(|ticket| (ticket, self.of(ticket))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there(presences: &Presences) -> Vec<(i64, &'static str)> {
        presences.of(1).iter().map(|present| (present.user, present.doing.as_str())).collect()
    }

    #[test]
    fn somebody_who_says_the_same_again_is_no_news_and_stays() {
        let mut presences = Presences::default();
        assert!(presences.note(1, 7, "a", Some(Doing::Looking), Time(0)));
        assert!(!presences.note(1, 7, "a", Some(Doing::Looking), Time(20 * SECOND)));
        presences.forget(Time(49 * SECOND));
        assert_eq!(there(&presences), [(7, "looking")]);
        presences.forget(Time(50 * SECOND));
        assert!(there(&presences).is_empty());
        assert_eq!(presences.take_news(), [(1, Vec::new())]);
        assert!(presences.take_news().is_empty(), "told once");
    }

    #[test]
    fn each_is_there_once_whatever_they_do() {
        let mut presences = Presences::default();
        assert!(presences.note(1, 9, "b", Some(Doing::Looking), Time(0)));
        assert!(presences.note(1, 7, "a", Some(Doing::Looking), Time(0)));
        assert!(presences.note(1, 9, "b", Some(Doing::Typing), Time(0)));
        assert_eq!(there(&presences), [(7, "looking"), (9, "typing")]);
        assert!(presences.note(1, 9, "b", None, Time(0)) && !presences.note(1, 9, "b", None, Time(0)));
        assert_eq!(there(&presences), [(7, "looking")]);
    }
}
