// An SMTP server that keeps what it takes in Maildirs, one per recipient, and misbehaves where an address asks it to. Arguments: port, folder, and for
// TLS the files of key and certificate. Addresses: refused@ 550, later@ 451, nobody-sends@ 550 for MAIL FROM; subjects: "refuse me" 554, "later please" 452.
import { SMTPServer } from "smtp-server";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [port, folder, key, certificate, options = ""] = process.argv.slice(2);
let count = 0;
process.umask(0);

function fail(code, text) {
  return Object.assign(new Error(text), { responseCode: code });
}

function deliver(address, raw) {
  const maildir = join(folder, address.toLowerCase(), "Maildir");
  for (const part of ["tmp", "new", "cur"]) {
    mkdirSync(join(maildir, part), { recursive: true, mode: 0o777 });
  }

  const name = `${Date.now()}.${process.pid}_${String(++count).padStart(6, "0")}.test`;
  writeFileSync(join(maildir, "tmp", name), raw);
  renameSync(join(maildir, "tmp", name), join(maildir, "new", name));
}

const server = new SMTPServer({
  secure: options.includes("tls"),
  key: key && readFileSync(key),
  cert: certificate && readFileSync(certificate),
  hideSTARTTLS: options.includes("plain"),
  authOptional: !options.includes("auth"),
  allowInsecureAuth: true,
  disableReverseLookup: true,
  size: 30_000_000,
  onAuth(auth, _session, done) {
    if (auth.username === "later") {
      done(fail(454, "Temporary authentication failure"));
    } else if (auth.password !== "secret") {
      done(fail(535, `Wrong password ${auth.password}`));
    } else {
      done(null, { user: auth.username });
    }
  },
  onMailFrom(address, _session, done) {
    done(address.address.startsWith("nobody-sends@") ? fail(550, "You may not send") : null);
  },
  onRcptTo(address, _session, done) {
    const fault = address.address.startsWith("refused@") ? fail(550, "No such user") : address.address.startsWith("later@") ? fail(451, "Try again later") : null;
    done(fault);
  },
  onData(stream, session, done) {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => {
      const raw = Buffer.concat(chunks);
      const subject = /^Subject: (.*)$/im.exec(raw.toString("latin1"))?.[1] ?? "";
      if (subject.startsWith("refuse me")) {
        done(fail(554, "Not wanted"));
      } else if (subject.startsWith("later please")) {
        done(fail(452, "Full"));
      } else if (!subject.startsWith("never answer")) {
        session.envelope.rcptTo.forEach((recipient) => deliver(recipient.address, raw));
        done(null, "Taken");
      }
    });
  },
});
server.on("error", () => {});
server.listen(Number(port), "127.0.0.1", () => console.log("listening"));
