let length = [0x01, 0x00]; // two bytes, as they came
assert_eq!(u16::from_be_bytes(length), 256); // be: big-endian, as the network has it
assert_eq!(u16::from_le_bytes(length), 0x0001); // le: little-endian, as most processors have it
