//! Redirections and here-documents: where the output of a command goes, and what it reads.

use super::Reader;
use crate::shell::command::{Output, Word};
use crate::shell::words::HereDocument;

impl Reader<'_> {
    /// A redirection, with or without the number of a file descriptor before it.
    pub(super) fn redirection(&mut self, descriptor: Option<u32>) {
        let is_input = self.cursor.eat("<");
        if is_input && self.cursor.eat("<<") {
            let word = self.operand();
            self.current.stdin = word.map(|word| word.text);
        } else if is_input && self.cursor.eat("<") {
            let strips_tabs = self.cursor.eat("-");
            let Some(end) = self.operand() else { return };
            let pending = HereDocument { command: self.commands.len(), end, strips_tabs };
            self.pending.push(pending);
        } else if is_input {
            self.cursor.eat(">");
            self.cursor.eat("&");
            self.current.stdin_file = self.operand();
        } else {
            self.cursor.skip(1);
            let appends = self.cursor.eat(">");
            self.cursor.eat("|");
            let is_copy = self.cursor.eat("&");
            let Some(file) = self.operand() else { return };
            let number = file.text.as_str().trim_end_matches('-');
            let copied: Option<u32> = number.parse().ok().filter(|_| is_copy);
            match (descriptor.unwrap_or(1), copied) {
                // The descriptor is closed.
                _ if is_copy && number.is_empty() => {}
                (1, Some(copied)) => self.send_to_number(copied),
                (_, Some(_)) => {}
                (1, None) => self.send_to(&Output { file, appends }),
                (number, None) => self.open_as(number, Output { file, appends }),
            }
        }
    }

    /// Output goes to a descriptor number, or to its file if the command itself has opened one under it.
    fn send_to_number(&mut self, number: u32) {
        match self.current.opened.iter().find(|(opened, _)| *opened == number) {
            Some((_, output)) => self.current.stdout = Some(output.clone()),
            None => self.current.sent_to = Some(number).filter(|number| *number > 1),
        }
    }

    /// Opens a file under a number: for the command, or for those of a preceding group, some of which may send output
    /// there.
    fn open_as(&mut self, number: u32, output: Output) {
        let Some(closed) = self.closed.clone().filter(|_| self.current.words.is_empty()) else {
            return self.current.opened.push((number, output));
        };
        let group = self.commands.get_mut(closed).into_iter().flatten();
        for (at, command) in group.filter(|command| command.sent_to == Some(number)).enumerate() {
            let output = Output { appends: output.appends || at > 0, ..output.clone() };
            (command.stdout, command.sent_to) = (Some(output), None);
        }
    }

    /// Output goes to a file: that of the command, or that of a preceding group.
    fn send_to(&mut self, output: &Output) {
        let Some(closed) = self.closed.clone().filter(|_| self.current.words.is_empty()) else {
            self.current.stdout = Some(output.clone());
            return;
        };
        let group = self.commands.get_mut(closed).into_iter().flatten();
        for (number, command) in group.filter(|command| command.is_silent()).enumerate() {
            // The file is opened once for all of them.
            command.stdout = Some(Output { appends: output.appends || number > 0, ..output.clone() });
        }
    }

    /// The word after an operator.
    pub(super) fn operand(&mut self) -> Option<Word> {
        while self.cursor.eat(" ") || self.cursor.eat("\t") || self.cursor.eat("\\\n") {}
        let before = self.cursor.rest().len();
        let word = self.cursor.word();
        (self.cursor.rest().len() < before).then_some(word)
    }

    /// Reads the here-documents that were announced in the previous line.
    pub(super) fn here_documents(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let body = self.cursor.here_document(&pending);
            if let Some(command) = self.commands.get_mut(pending.command) {
                command.stdin = Some(body);
            }
        }
    }
}
