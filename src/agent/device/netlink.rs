//! One conversation with the kernel over a netlink socket: a request, its answers, its end.

use std::io;

use netlink_packet_core::{
    NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NetlinkMessage, NetlinkPayload, NetlinkSerializable,
};
use netlink_sys::{Socket, SocketAddr};
use zeroize::Zeroize as _;

/// An answer never exceeds this: the kernel sizes dumps by the buffer it is given, up to 32 KiB.
const ANSWER: usize = 64 * 1024;
const HEADER: usize = 16;
const ERROR: u16 = 2;
const DONE: u16 = 3;

/// What is asked of the kernel.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// One answer, or an error.
    Get,
    /// Any number of answers.
    Dump,
    /// None: done or refused. The flags are added to the request's own.
    Do(u16),
}

/// A connection to the kernel.
pub(super) struct Netlink {
    socket: Socket,
    sequence: u32,
    answer: Vec<u8>,
}

impl Netlink {
    /// `protocol` is `NETLINK_ROUTE` or `NETLINK_GENERIC`.
    pub(super) fn open(protocol: isize) -> io::Result<Self> {
        let mut socket = Socket::new(protocol)?;
        socket.bind_auto()?;
        socket.connect(&SocketAddr::new(0, 0))?;
        Ok(Self { socket, sequence: 0, answer: Vec::with_capacity(ANSWER) })
    }

    /// Sends one request and hands each answering message, header included, to `each`. An error of the kernel's comes
    /// back with its number; a dump during which things changed as `Interrupted`.
    pub(super) fn ask<I: NetlinkSerializable + std::fmt::Debug>(
        &mut self,
        request: I,
        ask: Ask,
        mut each: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        self.sequence = self.sequence.wrapping_add(1);
        let mut message = NetlinkMessage::new(Default::default(), NetlinkPayload::InnerMessage(request));
        message.header.flags = NLM_F_REQUEST
            | match ask {
                Ask::Get => 0,
                Ask::Dump => NLM_F_DUMP,
                Ask::Do(flags) => NLM_F_ACK | flags,
            };
        message.header.sequence_number = self.sequence;
        message.finalize();
        let mut bytes = vec![0; message.buffer_len()];
        message.serialize(&mut bytes);
        let sent = self.socket.send(&bytes, 0);
        // It may carry keys.
        bytes.zeroize();
        sent?;
        // The rest of a dump is read even when `each` fails, or the next conversation would find it.
        let mut failed = None;
        loop {
            self.answer.clear();
            self.socket.recv(&mut self.answer, 0)?;
            let ended = walk(&self.answer, self.sequence, &mut |message| {
                if failed.is_none() {
                    failed = if is_interrupted(message) {
                        Some(io::ErrorKind::Interrupted.into())
                    } else {
                        each(message).err()
                    };
                }
                ask == Ask::Get
            });
            // The buffer lives on, so this cannot be left out as dead; `zeroize` would go byte by byte.
            self.answer.fill(0);
            if let Some(end) = ended {
                return end.and(failed.map_or(Ok(()), Err));
            }
        }
    }
}

/// Walks the messages of one datagram; `Some` when the conversation ended in it. `each` says whether its message ends it.
pub(super) fn walk(mut bytes: &[u8], sequence: u32, each: &mut dyn FnMut(&[u8]) -> bool) -> Option<io::Result<()>> {
    const WRONG: &str = "a netlink message of a wrong length";
    while bytes.len() >= HEADER {
        let length = u32_at(bytes, 0)? as usize;
        if length < HEADER || length > bytes.len() {
            return Some(Err(io::Error::new(io::ErrorKind::InvalidData, WRONG)));
        }
        let message = &bytes[..length];
        bytes = &bytes[(length.next_multiple_of(4)).min(bytes.len())..];
        // Left over from a conversation that was given up.
        if u32_at(message, 8) != Some(sequence) {
            continue;
        }
        match u16::from_ne_bytes([message[4], message[5]]) {
            ERROR | DONE => {
                let number = u32_at(message, HEADER).map_or(0, u32::cast_signed);
                return Some(match number {
                    0 => Ok(()),
                    errno => Err(io::Error::from_raw_os_error(errno.saturating_neg())),
                });
            }
            _ if each(message) => return Some(Ok(())),
            _ => {}
        }
    }
    None
}

/// Whether the kernel marked this part of a dump as not fitting the parts before it.
pub(super) fn is_interrupted(message: &[u8]) -> bool {
    matches!(message.get(6..8), Some(flags) if u16::from_ne_bytes([flags[0], flags[1]]) & NLM_F_DUMP_INTR != 0)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_ne_bytes)
}
