let mut byte = 0x48; // the letter H
byte ^= 0x37; // masked: a client sends this
assert_eq!(byte, 0x7f);
byte ^= 0x37; // unmasked, by the same operation
assert_eq!(byte, 0x48);
