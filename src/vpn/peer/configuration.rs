//! What a device is given: its configuration as wg-quick reads it, and the same as a QR code.

use std::fmt::Write as _;

use qrcode::QrCode;
use qrcode::render::svg;
use qrcode::types::EcLevel;
use zeroize::Zeroizing;

use super::Peer;
use crate::base::{Actor, Error, Kind, Place, Result, Role};
use crate::store::Conn;
use crate::vpn::server::Server;

/// The configuration; without a `PrivateKey` line where the key was made elsewhere. No name and no other text that a
/// person typed is in it.
pub fn configuration(conn: &Conn<'_>, actor: &Actor, server: &Server, peer: &Peer) -> Result<Zeroizing<String>> {
    if actor.role() == Some(Role::Agent) {
        return Err(Error::forbidden());
    }
    let Some(server_key) = &server.public_key else {
        return Err(Error::new(
            Kind::Conflict,
            "No agent has enrolled for this server, so its public key is not known. Enrol it first.",
        ));
    };
    let open = |column: &'static str, sealed: &[u8]| -> Result<Zeroizing<String>> {
        let bytes = conn.keys().open(Place { table: "peers", row: &peer.id, column }, sealed)?;
        String::from_utf8(bytes.to_vec()).map(Zeroizing::new).map_err(Error::internal)
    };
    let mut text = Zeroizing::new(String::with_capacity(512));
    let mut line = |key: &str, value: &str| {
        let written = writeln!(text, "{key} = {value}");
        debug_assert!(written.is_ok(), "writing to a string cannot fail");
    };
    let header = |line: &mut dyn FnMut(&str, &str)| {
        if let Some(sealed) = &peer.private_key {
            line("PrivateKey", &open("private_key", sealed)?);
        }
        let addresses = [Some(format!("{}/32", peer.address)), peer.address6.as_ref().map(|a| format!("{a}/128"))];
        line("Address", &addresses.into_iter().flatten().collect::<Vec<_>>().join(", "));
        if !server.dns.is_empty() {
            line("DNS", &server.dns.join(", "));
        }
        if let Some(mtu) = server.mtu {
            line("MTU", &mtu.to_string());
        }
        Ok::<_, Error>(())
    };
    header(&mut line)?;
    let interface = std::mem::take(&mut *text);
    let mut line = |key: &str, value: &str| {
        let written = writeln!(text, "{key} = {value}");
        debug_assert!(written.is_ok(), "writing to a string cannot fail");
    };
    line("PublicKey", server_key);
    if let Some(sealed) = &peer.preshared_key {
        line("PresharedKey", &open("preshared_key", sealed)?);
    }
    line("AllowedIPs", &server.allowed_ips.join(", "));
    line("Endpoint", &server.endpoint.to_string());
    if server.keepalive > 0 {
        line("PersistentKeepalive", &server.keepalive.to_string());
    }
    Ok(Zeroizing::new(format!("[Interface]\n{interface}\n[Peer]\n{}", *text)))
}

/// The configuration as an SVG QR code, for a phone to scan.
pub fn qr_code(conn: &Conn<'_>, actor: &Actor, server: &Server, peer: &Peer) -> Result<String> {
    let text = configuration(conn, actor, server, peer)?;
    if peer.private_key.is_none() {
        return Err(Error::new(
            Kind::Conflict,
            "This device's private key was made elsewhere and is not known here, so there is nothing to scan.",
        ));
    }
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::L).map_err(Error::internal)?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(320, 320).build())
}
