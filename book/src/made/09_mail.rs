fn mail(&mut self, mail: Mail, to: &mut Dispatch) {
    match mail {
        Mail::Others(others) => self.others = others,
        Mail::Text(text) => to.everyone(Message::Text(&text)),
        Mail::Binary(bytes) => to.everyone(Message::Binary(&bytes)),
    }
}
