//! Small pieces of code that the book shows. They are tests, so what they say is so.

#[test]
fn xor_undoes_itself() {
    let mut byte = 0x48; // the letter H
    byte ^= 0x37; // masked: a client sends this
    assert_eq!(byte, 0x7f);
    byte ^= 0x37; // unmasked, by the same operation
    assert_eq!(byte, 0x48);
}

#[test]
fn the_network_sends_the_greatest_first() {
    let length = [0x01, 0x00]; // two bytes, as they came
    assert_eq!(u16::from_be_bytes(length), 256); // be: big-endian, as the network has it
    assert_eq!(u16::from_le_bytes(length), 0x0001); // le: little-endian, as most processors have it
}
