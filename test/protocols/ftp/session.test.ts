import { expect } from 'chai';
import fc from 'fast-check';
import { FILE, PEER, SessionBench } from './session-bench.js';

const kinds = (bench: SessionBench): readonly string[] => bench.takeWishes().map(({ kind }) => kind);

describe('an FTP session', () => {
  describe('logging in', () => {
    it('asks every name for a password, and grants what its side grants', () => {
      const bench = new SessionBench();
      expect(bench.codes('USER pw1')).to.deep.equal([331]);
      expect(bench.codes('PASS secret')).to.deep.equal([]);
      expect(bench.takeWishes()).to.deep.equal([{ kind: 'login', username: 'pw1', password: 'secret' }]);
      expect(bench.feed({ kind: 'account', file: FILE })).to.deep.equal(['230 Logged in.']);
      expect(bench.codes('PWD', 'USER other')).to.deep.equal([257, 503]);
    });

    it('answers a wrong login late, and ends after three', () => {
      const bench = new SessionBench();
      for (const left of [2, 1, 0]) {
        bench.type('USER x', 'PASS y');
        expect(bench.feed({ kind: 'account', file: undefined })).to.deep.equal([]);
        const asked = bench.nowMs;
        const replies = bench.tick();
        expect(bench.nowMs - asked).to.equal(1000);
        expect(replies[0]).to.equal('530 Login incorrect.');
        expect(replies.length).to.equal(left === 0 ? 2 : 1);
      }
      expect(bench.session.ended).to.equal(true);
      expect(bench.replies.at(-1)).to.match(/^421 /);
    });

    it('keeps commands waiting until the login is decided', () => {
      const bench = new SessionBench();
      bench.type('USER pw1', 'PASS secret', 'PWD', 'NOOP');
      expect(bench.replies.length).to.equal(1);
      expect(bench.feed({ kind: 'account', file: FILE }).map((reply) => reply.slice(0, 3))).to.deep.equal([
        '230',
        '257',
        '200',
      ]);
    });

    it('gives nothing to who has not logged in', () => {
      const bench = new SessionBench({ tls: false });
      const codes = bench.codes('RETR a1b2/image.bin', 'STOR x', 'LIST', 'PASV', 'PORT 192,0,2,7,4,1', 'PASS x');
      expect(codes).to.deep.equal([530, 530, 530, 530, 530, 503]);
      expect(bench.takeWishes()).to.deep.equal([]);
      expect(bench.codes('SYST', 'FEAT', 'NOOP', 'HELP', 'OPTS UTF8 ON', 'AUTH TLS')).to.deep.equal([
        215, 211, 200, 214, 200, 502,
      ]);
    });

    it('ends where nobody logs in within a minute', () => {
      const bench = new SessionBench();
      bench.nowMs = 59_999;
      expect(bench.codes('NOOP')).to.deep.equal([200]);
      expect(bench.tick()).to.deep.equal(['421 Closing: no login in time.']);
      expect(bench.nowMs).to.equal(60_000);
      expect(kinds(bench)).to.include('close');
    });

    it('forgets the user on REIN', () => {
      const bench = new SessionBench().login();
      expect(bench.codes('REIN', 'PWD', 'USER pw2')).to.deep.equal([220, 530, 331]);
    });
  });

  describe('data connections', () => {
    it('announces a listener in both forms', () => {
      const bench = new SessionBench().login();
      expect(bench.codes('PASV')).to.deep.equal([]);
      const address = { host: '192.0.2.1', port: 50_001 };
      expect(bench.feed({ kind: 'listening', address })).to.deep.equal([
        '227 Entering Passive Mode (192,0,2,1,195,81).',
      ]);
      bench.type('EPSV 1');
      expect(bench.feed({ kind: 'listening', address })).to.deep.equal([
        '229 Entering Extended Passive Mode (|||50001|)',
      ]);
      expect(bench.codes('EPSV 2', 'EPSV x')).to.deep.equal([522, 501]);
      bench.type('PASV');
      expect(bench.feed({ kind: 'listenFailed', reason: 'EMFILE' })).to.deep.equal(['425 No data connection: EMFILE.']);
    });

    it('connects to the peer alone, and to no port below 1024', () => {
      const bench = new SessionBench().login();
      bench.takeWishes();
      const codes = bench.codes(
        'PORT 192,0,2,8,200,1',
        'PORT 127,0,0,1,200,1',
        'PORT 192,0,2,7,3,255',
        'EPRT |1|192.0.2.8|50000|',
        'EPRT |1|192.0.2.7|22|',
        'EPRT |3|192.0.2.7|50000|',
        'EPRT |2|::1|50000|',
        'PORT 192,0,2,7,256,1',
        'PORT 192,0,2,7,1',
        'EPRT |1|192.0.2.7|70000|',
      );
      expect(codes).to.deep.equal([504, 504, 504, 504, 504, 522, 504, 501, 501, 501]);
      expect(new Set(kinds(bench))).to.deep.equal(new Set(['refused']));
      expect(bench.codes('RETR a1b2/image.bin')).to.deep.equal([425]);
      expect(bench.codes('PORT 192,0,2,7,4,0')).to.deep.equal([200]);
      bench.type('RETR a1b2/image.bin');
      const endpoint = { kind: 'active', host: PEER, port: 1024 };
      expect(bench.takeWishes().at(-1)).to.deep.equal({ kind: 'openData', endpoint, tls: false });
    });

    it('takes EPSV alone after EPSV ALL', () => {
      const bench = new SessionBench().login();
      expect(bench.codes('EPSV ALL', 'PASV', 'PORT 192,0,2,7,4,1', 'EPRT |1|192.0.2.7|2000|')).to.deep.equal([
        200, 501, 501, 501,
      ]);
      bench.passive();
      expect(bench.replies.at(-1)).to.match(/^229 /);
    });

    it('gives up one that was announced and never used, and says so when it is wanted', () => {
      const bench = new SessionBench().login().passive();
      bench.takeWishes();
      expect(bench.tick()).to.deep.equal([]);
      expect(bench.nowMs).to.equal(30_000);
      expect(kinds(bench)).to.deep.equal(['closeData', 'refused']);
      expect(bench.codes('RETR a1b2/image.bin')).to.deep.equal([425]);
      bench.passive().type('RETR a1b2/image.bin');
      expect(bench.tick()).to.deep.equal(['425 No data connection in time.']);
      expect(bench.codes('NOOP')).to.deep.equal([200]);
    });
  });

  describe('transfers', () => {
    const opened = (bench: SessionBench, command: string): SessionBench => {
      bench.passive().type(command);
      bench.feed({ kind: 'dataOpen' });
      return bench;
    };

    it('goes from 150 to 226', () => {
      const bench = opened(new SessionBench().login(), 'RETR /a1b2/image.bin');
      const job = { kind: 'send', offset: 0, ascii: false, path: 'a1b2/image.bin' };
      expect(bench.replies.at(-1)).to.match(/^150 /);
      expect(bench.takeWishes().at(-1)).to.deep.equal({ kind: 'move', job });
      expect(bench.feed({ kind: 'moved' })).to.deep.equal(['226 Transfer complete.']);
      expect(bench.takeWishes()).to.deep.equal([{ kind: 'closeData', reason: 'the transfer is over' }]);
    });

    it('tells the true error', () => {
      const bench = opened(new SessionBench().login(), 'RETR a1b2/image.bin');
      expect(bench.feed({ kind: 'moveFailed', reply: { code: 552, text: 'full' } })).to.deep.equal(['552 full']);
      bench.passive().type('RETR a1b2/image.bin');
      expect(bench.feed({ kind: 'dataFailed', reason: 'ECONNREFUSED' })).to.deep.equal([
        '425 No data connection: ECONNREFUSED.',
      ]);
    });

    it('begins where REST says, once', () => {
      const bench = new SessionBench().login();
      expect(bench.codes('REST 1001')).to.deep.equal([350]);
      expect(bench.passive().codes('RETR a1b2/image.bin')).to.deep.equal([554]);
      bench.type('REST 400');
      for (const offset of [400, 0]) {
        opened(bench, 'RETR a1b2/image.bin');
        expect(bench.takeWishes().at(-1)).to.have.nested.property('job.offset', offset);
        bench.feed({ kind: 'moved' });
      }
    });

    it('appends and resumes only behind what is there', () => {
      const file = { ...FILE, access: 'bring', sizeBytes: 300, maxBytes: 500 } as const;
      const bench = new SessionBench().login(file);
      bench.type('REST 301');
      expect(bench.passive().codes('STOR a1b2/image.bin')).to.deep.equal([554]);
      bench.type('REST 300');
      opened(bench, 'STOR a1b2/image.bin');
      expect(bench.takeWishes().at(-1)).to.have.nested.property('job.offset', 300);
      bench.feed({ kind: 'moved' });
      opened(bench, 'APPE a1b2/image.bin');
      expect(bench.takeWishes().at(-1)).to.have.nested.property('job.offset', 300);
      bench.feed({ kind: 'moved' });
      expect(bench.codes('ALLO 501', 'ALLO 500', 'RETR a1b2/image.bin', 'STOR other')).to.deep.equal([
        552, 202, 550, 553,
      ]);
    });

    it('keeps what is asked meanwhile until it is over, but for ABOR and STAT', () => {
      const bench = opened(new SessionBench().login(), 'RETR a1b2/image.bin');
      expect(bench.codes('NOOP', 'QUIT')).to.deep.equal([]);
      expect(bench.type('STAT')[0]).to.match(/^211-/);
      expect(bench.feed({ kind: 'moved' }).map((reply) => reply.slice(0, 3))).to.deep.equal(['226', '200', '221']);
      expect(bench.session.ended).to.equal(true);
    });

    it('stops on ABOR with 426 and 226, and what its bytes end with comes too late', () => {
      const bench = opened(new SessionBench().login(), 'RETR a1b2/image.bin');
      bench.takeWishes();
      // As telnet sends it: IAC IP, IAC DM, then the command (RFC 959 §4.1.3).
      const abor = Uint8Array.of(255, 244, 255, 242, ...new TextEncoder().encode('ABOR\r\n'));
      expect(bench.bytes(abor)).to.deep.equal(['426 Transfer aborted.', '226 Nothing runs any more.']);
      expect(kinds(bench)).to.deep.equal(['closeData']);
      expect(bench.feed({ kind: 'moved' })).to.deep.equal([]);
      expect(bench.codes('ABOR', 'NOOP')).to.deep.equal([226, 200]);
    });

    it('tells the peer when its file is taken away', () => {
      const bench = opened(new SessionBench().login(), 'RETR a1b2/image.bin');
      expect(
        bench.feed({ kind: 'end', reason: 'the transfer is over' }).map((reply) => reply.slice(0, 3)),
      ).to.deep.equal(['426', '421']);
      expect(kinds(bench).slice(-2)).to.deep.equal(['closeData', 'close']);
    });

    it('ends a session in which nothing is asked for ten minutes, and none that moves bytes', () => {
      const bench = opened(new SessionBench().login(), 'RETR a1b2/image.bin');
      expect(bench.session.nextDeadlineMs()).to.equal(undefined);
      bench.feed({ kind: 'moved' });
      expect(bench.tick()).to.deep.equal(['421 Closing: nothing was asked for too long.']);
      expect(bench.nowMs).to.equal(600_000);
    });
  });

  describe('files', () => {
    const listing = (bench: SessionBench, command: string): string => {
      bench.passive().type(command);
      bench.feed({ kind: 'dataOpen' });
      const move = bench.takeWishes().at(-1);
      bench.feed({ kind: 'moved' });
      return move?.kind === 'move' && move.job.kind === 'text' ? move.job.text : 'no listing';
    };

    it('shows the one file and its folder, in every form', () => {
      const bench = new SessionBench().login();
      expect(listing(bench, 'NLST')).to.equal('a1b2\r\n');
      expect(listing(bench, 'NLST -a a1b2')).to.equal('image.bin\r\n');
      expect(listing(bench, 'LIST -la /a1b2/image.bin')).to.equal(
        '-r--r--r--    1 ftp      ftp              1000 Feb  3 04:05 image.bin\r\n',
      );
      expect(bench.codes('CWD a1b2')).to.deep.equal([250]);
      expect(listing(bench, 'MLSD')).to.equal('type=file;size=1000;modify=20260203040506;perm=r; image.bin\r\n');
      expect(
        bench.type('MLST image.bin', 'OPTS MLST size;nonsense;', 'MLST image.bin', 'SIZE image.bin'),
      ).to.deep.equal([
        '250-Listing /a1b2/image.bin\r\n type=file;size=1000;modify=20260203040506;perm=r; /a1b2/image.bin\r\n250 End',
        '200 MLST OPTS size;',
        '250-Listing /a1b2/image.bin\r\n size=1000; /a1b2/image.bin\r\n250 End',
        '213 1000',
      ]);
      expect(bench.type('MDTM image.bin', 'PWD', 'CDUP', 'PWD')).to.deep.equal([
        '213 20260203040506',
        '257 "/a1b2" is the current folder.',
        '250 Folder changed.',
        '257 "/" is the current folder.',
      ]);
    });

    it('knows nothing else, whatever the name', () => {
      const bench = new SessionBench().login();
      const names = [
        '/etc/passwd',
        '../../etc/passwd',
        'a1b2/../../a1b2x',
        '/',
        '~',
        'a1b2',
        'a1b2/image.bin/x',
        '*',
        '…',
      ];
      for (const name of names) expect(bench.codes(`RETR ${name}`), name).to.deep.equal([550]);
      expect(bench.codes('CWD ..', 'CWD /etc', 'SIZE /etc/passwd', 'DELE a1b2/image.bin', 'STOU')).to.deep.equal([
        250, 550, 550, 550, 502,
      ]);
      expect(bench.passive().codes('LIST /etc')).to.deep.equal([550]);
      bench.type('RETR ../../../a1b2/./image.bin');
      expect(bench.takeWishes().at(-1)).to.deep.include({ kind: 'openData' });
    });

    it('shows a file that is still to be brought when something of it is there', () => {
      const empty = new SessionBench().login({ ...FILE, access: 'bring', sizeBytes: undefined });
      expect(empty.codes('SIZE a1b2/image.bin', 'MDTM a1b2/image.bin', 'MLST a1b2/image.bin')).to.deep.equal([
        550, 550, 550,
      ]);
      expect(listing(empty, 'NLST a1b2')).to.equal('');
    });
  });

  describe('TLS', () => {
    it('protects data after AUTH, PBSZ and PROT, and forgets what came before', () => {
      const bench = new SessionBench().login();
      expect(bench.codes('PBSZ 0', 'PROT P', 'AUTH SSL')).to.deep.equal([503, 503, 504]);
      bench.takeWishes();
      expect(bench.type('AUTH TLS', 'USER injected', 'PASS injected')).to.deep.equal(['234 Start TLS now.']);
      expect(kinds(bench)).to.deep.equal(['closeData', 'startTls']);
      expect(bench.feed({ kind: 'secured' })).to.deep.equal([]);
      expect(bench.codes('PWD', 'AUTH TLS', 'PROT P', 'PBSZ 0', 'PROT S', 'PROT X', 'PROT P')).to.deep.equal([
        530, 503, 503, 200, 536, 504, 200,
      ]);
      bench.login().passive().type('RETR a1b2/image.bin');
      expect(bench.takeWishes().at(-1)).to.deep.include({ kind: 'openData', tls: true });
    });

    it('ends where the handshake never comes', () => {
      const bench = new SessionBench();
      bench.type('AUTH TLS');
      bench.tick();
      expect(bench.session.ended).to.equal(true);
    });
  });

  describe('bad input', () => {
    it('refuses lines that are too long or hold control bytes, and goes on', () => {
      const bench = new SessionBench().login();
      expect(bench.codes(`RETR ${'x'.repeat(65_536)}`)).to.deep.equal([500]);
      expect(bench.codes('RETR a\0b', 'RETR a\rPWD', 'RETR a\x7f', '\x01')).to.deep.equal([500, 500, 500, 500]);
      expect(bench.bytes(Uint8Array.of(0x52, 0xc3, 0x28, 10))).to.deep.equal(['500 The command holds illegal bytes.']);
      expect(
        bench.codes('', ' ', 'RETR', 'PWD x', 'constructor', 'TYPE E', 'MODE B', 'STRU R', 'REST -1'),
      ).to.deep.equal([500, 500, 501, 501, 500, 504, 504, 504, 501]);
      expect(bench.codes('NOOP')).to.deep.equal([200]);
    });

    it('ends with who sends nothing but errors, or too much ahead', () => {
      const wrong = new SessionBench().login();
      for (let sent = 0; sent < 64; sent += 1) wrong.type('NONSENSE');
      expect(wrong.replies.at(-1)).to.equal('421 Closing: too many refused commands.');
      const ahead = new SessionBench().login().passive();
      ahead.type('RETR a1b2/image.bin', ...Array.from({ length: 40 }, () => 'NOOP'));
      expect(ahead.replies.at(-1)).to.equal('421 Closing: too many commands at once.');
      expect(ahead.codes('NOOP')).to.deep.equal([]);
    });

    it('answers the same whole and byte by byte', () => {
      const lines = ['USER pw1', 'SYST', 'TYPE A', 'FEAT', 'OPTS UTF8 ON', 'NONSENSE é', 'AUTH', 'QUIT'];
      const whole = new SessionBench();
      whole.type(...lines);
      const split = new SessionBench();
      for (const byte of new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join(''))) {
        split.bytes(Uint8Array.of(byte));
      }
      expect(split.replies).to.deep.equal(whole.replies);
      expect(split.session.ended).to.equal(true);
    });

    it('survives any bytes: every reply is one, nothing throws, no wish without a login', () => {
      const words = fc.constantFrom(
        'USER a',
        'PASS b',
        'PASV',
        'PORT 1,2,3,4,5,6',
        'RETR x',
        'AUTH TLS',
        'ABOR',
        'REIN',
        '\r\n',
        '\n',
        '\xff\xf4',
        '\0',
      );
      const piece = fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        words.map((word) => new TextEncoder().encode(`${word}\r\n`)),
      );
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
          const bench = new SessionBench();
          for (const bytes of pieces) bench.bytes(bytes);
          for (const reply of bench.replies) expect(reply).to.match(/^\d{3}[ -]/);
          const unearned = ['listen', 'openData', 'move'];
          expect(bench.wishes.filter(({ kind }) => unearned.includes(kind))).to.deep.equal([]);
        }),
        { numRuns: 300 },
      );
    });
  });
});
