//! Where a server keeps its clients: numbered slots, found by a peer's name in one step.
//!
//! A slot is used again when its client is gone, so there are never more of them than there were clients at a time. A
//! [`PeerId`] remembers its slot and has a serial number besides: a name from the past finds nothing, even if its slot
//! has a new tenant.

use crate::peer::PeerId;

/// The clients of a server.
#[derive(Debug)]
pub(super) struct Slots<T> {
    /// Each client with the serial number of its name; the slot itself is the rest of it.
    slots: Vec<Option<(u64, T)>>,
    free: Vec<u32>,
}

impl<T> Slots<T> {
    pub(super) fn new() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }

    /// A name for the next client. The slot is taken with [`insert`](Self::insert).
    pub(super) fn next_id(&self) -> PeerId {
        let next = u32::try_from(self.slots.len()).expect("descriptors run out long before 2^32");
        PeerId::next(self.free.last().copied().unwrap_or(next))
    }

    /// Moves a client in, under the name that [`next_id`](Self::next_id) gave last.
    pub(super) fn insert(&mut self, id: PeerId, client: T) {
        if self.free.pop().is_none() {
            self.slots.push(None);
        }
        self.slots[id.slot as usize] = Some((id.serial, client));
    }

    pub(super) fn get_mut(&mut self, id: PeerId) -> Option<&mut T> {
        match self.slots.get_mut(id.slot as usize) {
            Some(Some((serial, client))) if *serial == id.serial => Some(client),
            _ => None,
        }
    }

    pub(super) fn remove(&mut self, id: PeerId) -> Option<T> {
        self.get_mut(id)?;
        self.free.push(id.slot);
        self.slots[id.slot as usize].take().map(|(_, client)| client)
    }

    /// The name of the client in that slot.
    pub(super) fn id_in(&self, slot: usize) -> Option<PeerId> {
        let (serial, _) = self.slots.get(slot)?.as_ref()?;
        Some(PeerId { serial: *serial, slot: slot as u32 })
    }

    /// How many slots there are, empty ones included.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().flatten().map(|(_, client)| client)
    }
}
