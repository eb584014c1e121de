//! Domains of mail by which a company's people are known.

use crate::base::{Error, Result};
use crate::store::{Tx, params};

/// Most domains of one company.
const MOST: usize = 100;
/// Where everybody can have an address: such a domain tells nothing about a company.
const FREE: [&str; 36] = [
    "126.com",
    "163.com",
    "aol.com",
    "bluewin.ch",
    "duck.com",
    "fastmail.com",
    "free.fr",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.com",
    "icloud.com",
    "libero.it",
    "live.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "orange.fr",
    "outlook.com",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "t-online.de",
    "web.de",
    "yahoo.com",
    "yandex.ru",
    "ymail.com",
    "zoho.com",
];

/// Reads a list of domains: host names in ASCII, kept in lower case, each once. Blank ones fall out.
pub(super) fn parse<'d>(given: impl IntoIterator<Item = &'d str>) -> Result<Vec<String>> {
    let mut domains: Vec<String> = Vec::new();
    for text in given {
        let domain = text.trim().trim_start_matches('@').to_ascii_lowercase();
        if domain.is_empty() || domains.contains(&domain) {
            continue;
        }
        if !is_host(&domain) {
            return Err(Error::field("domains", "Each domain must be a host name such as example.org."));
        }
        domains.push(domain);
        if domains.len() > MOST {
            return Err(Error::field("domains", format!("There can be at most {MOST} domains.")));
        }
    }
    Ok(domains)
}

fn is_host(domain: &str) -> bool {
    let fits = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.len() <= 253 && domain.contains('.') && domain.split('.').all(fits)
}

/// Notes by which domains a company is known, and lets those join who have a proven address of one that is new.
pub(super) fn set(tx: &Tx<'_>, company: i64, domains: &[String], before: &[String]) -> Result<()> {
    let known = |domain: &&String| !FREE.contains(&domain.as_str());
    for gone in before.iter().filter(|domain| !domains.contains(domain)) {
        tx.execute(
            "delete from company_domains where company_id = :company and domain = :domain",
            params! {":company": company, ":domain": gone},
        )?;
    }
    for new in domains.iter().filter(|domain| !before.contains(domain)).filter(known) {
        tx.execute(
            "insert into company_domains (domain, company_id) values (:domain, :company) on conflict do nothing",
            params! {":domain": new, ":company": company},
        )?;
        tx.execute(
            "update users set company_id = :company, updated_at = :now
             where lower(substr(email, instr(email, '@') + 1)) = :domain and company_id is null and role = 'customer'
               and email_verified_at is not null and deleted_at is null
               and (select count(*) from company_domains where domain = :domain) = 1",
            params! {":company": company, ":domain": new, ":now": tx.now().0},
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_a_host_name_and_is_listed_once() {
        let read = |text: &[&str]| parse(text.iter().copied());
        assert_eq!(read(&["Example.org", " @example.org", "", "a-b.example"]).unwrap(), ["example.org", "a-b.example"]);
        for wrong in ["localhost", "a..b", "-a.example", "exämple.org", "a b.example", "a.example/", &"a".repeat(260)]
        {
            assert!(read(&[wrong]).is_err(), "{wrong}");
        }
    }
}
