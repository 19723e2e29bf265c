// A real SMTP server for the tests: node smtp.mjs '{"security":"none|starttls|tls","key":"PEM","cert":"PEM","user":"…","password":"…"}'
// Prints one JSON line when it listens, {"port"}, and one for each mail that it took, {"from","to","raw","subject","text","html",…}.
// Faults are the recipient's local part: greylist-N… is put off N times (450), refuse… is refused (550), hang-up-N… loses the connection N times,
// lost-answer-N… takes the mail and loses the connection before it says so.
import { SMTPServer } from 'smtp-server';
import { simpleParser } from 'mailparser';

const options = JSON.parse(process.argv[2] ?? '{}');
const tries = new Map();
const say = (line) => process.stdout.write(JSON.stringify(line) + '\n');
const fault = (code, text) => Object.assign(new Error(text), { responseCode: code });

function isStill(kind, address) {
  const [local] = address.split('@');
  const times = Number(new RegExp(`^${kind}-(\\d+)`).exec(local)?.[1] ?? 0);
  const key = `${kind} ${address}`;
  if ((tries.get(key) ?? 0) >= times) return false;
  tries.set(key, (tries.get(key) ?? 0) + 1);
  return true;
}

function hangUp(session) {
  for (const connection of server.connections) {
    if (connection.id === session.id) connection._socket.destroy();
  }
}

const server = new SMTPServer({
  secure: options.security === 'tls',
  key: options.key,
  cert: options.cert,
  minVersion: 'TLSv1.2',
  hideSTARTTLS: options.security !== 'starttls',
  authMethods: options.authMethods ?? ['PLAIN', 'LOGIN'],
  authOptional: !options.user,
  disableReverseLookup: true,
  closeTimeout: 100,
  onAuth(auth, session, done) {
    const isRight = auth.username === options.user && auth.password === options.password;
    done(isRight ? null : fault(535, '5.7.8 These credentials are wrong'), { user: auth.username });
  },
  onRcptTo(recipient, session, done) {
    if (isStill('greylist', recipient.address)) return done(fault(450, '4.7.1 Greylisted, come back later'));
    if (recipient.address.startsWith('refuse')) return done(fault(550, '5.1.1 Nobody of that name here'));
    if (isStill('hang-up', recipient.address)) return hangUp(session);
    return done();
  },
  async onData(stream, session, done) {
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    const mail = await simpleParser(raw);
    const to = session.envelope.rcptTo.map((recipient) => recipient.address);
    say({
      from: session.envelope.mailFrom.address,
      to,
      user: session.user || null,
      secure: session.secure,
      raw: raw.toString('latin1'),
      subject: mail.subject,
      text: mail.text,
      html: mail.html || '',
      fromName: mail.from.value[0].name,
      toName: mail.to.value[0].name,
      messageId: mail.messageId,
      attachments: mail.attachments.length,
    });
    if (to.some((address) => isStill('lost-answer', address))) hangUp(session);
    else done(null, 'queued as peer-1');
  },
});
server.on('error', () => {}); // a connection that was cut on purpose
server.listen(options.port ?? 0, '127.0.0.1', () => say({ port: server.server.address().port }));
process.stdin.on('end', () => process.exit(0)).resume(); // ends with the test that started it
