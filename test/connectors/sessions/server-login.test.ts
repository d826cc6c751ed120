import { expect } from 'chai';
import { LoggedInChannel } from '../../../connectors/sessions/logged-in.js';
import { ServerLogin } from '../../../connectors/sessions/server-login.js';
import type { LoginStep } from '../../../connectors/sessions/server-login.js';
import { codeOf } from '../../../core/errors/index.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { FakeChannel } from './fake-channel.js';
import { Heard } from './heard.js';

const CREDENTIALS = { username: 'ops', password: 'hunter22' };
const WAIT: LoginStep = { kind: 'wait' };
const NAME: LoginStep = { kind: 'type', text: 'ops\r' };
const PASSWORD: LoginStep = { kind: 'type', text: 'hunter22\r' };

/** What servers print, and what is to be done at each piece of it; 'late' stands for a deadline without a word. */
const DIALOGUES: readonly (readonly [name: string, ...steps: (readonly [said: string, step: LoginStep])[]])[] = [
  [
    'a terminal server with AAA',
    ['\r\nUser Access Verification\r\n\r\nUsername: ', NAME],
    ['ops\r\nPassword: ', PASSWORD],
    ['\r\nRouter>', WAIT],
    ['late', { kind: 'in' }],
  ],
  ['a server that asks for the password only', ['Password:', PASSWORD], ['late', { kind: 'in' }]],
  ['a server that asks for nothing', ['Welcome to port 7\r\n', WAIT], ['late', { kind: 'in' }]],
  [
    'a device behind it that has a login of its own',
    ['login: ', NAME],
    ['Password: ', PASSWORD],
    ['\r\n\r\nRouter login: ', WAIT],
    ['late', { kind: 'in' }],
  ],
  [
    'a wrong password',
    ['login: ', NAME],
    ['Password: ', PASSWORD],
    ['\r\nLogin incorrect\r\n', { kind: 'refused', reason: 'Login incorrect' }],
  ],
  [
    'the same question once more, without a word',
    ['login: ', NAME],
    ['Password: ', PASSWORD],
    ['\r\nlogin: ', { kind: 'refused', reason: 'login:' }],
  ],
  [
    'a user name that is not wanted',
    ['login: ', NAME],
    ['ops\r\nAccess denied\r\n', { kind: 'refused', reason: 'ops' }],
  ],
  [
    'no password asked',
    ['login: ', NAME],
    ['late', { kind: 'refused', reason: 'it asked for a user name and then for no password' }],
  ],
];

describe('ServerLogin', () => {
  for (const [name, ...steps] of DIALOGUES) {
    it(`knows ${name}, whole and byte by byte`, () => {
      for (const cut of [Infinity, 1]) {
        const login = new ServerLogin(CREDENTIALS, 0);
        for (const [said, wanted] of steps) {
          if (said === 'late') {
            expect(login.late()).to.deep.equal(wanted);
            continue;
          }
          let step: LoginStep = login.heard('', 0);
          for (let at = 0; at < said.length && step.kind === 'wait'; at += cut)
            step = login.heard(said.slice(at, at + cut), 0);
          expect(step.kind, said).to.equal(wanted.kind);
          if (cut > 1) expect(step).to.deep.equal(wanted);
        }
      }
    });
  }

  it('refuses where the secret has no user name', () => {
    expect(new ServerLogin({ password: 'hunter22' }, 0).heard('login: ', 0)).to.deep.equal({
      kind: 'refused',
      reason: 'it asks for a username and the secret has none',
    });
  });

  it('keeps a bounded tail of 10 MB without a question', () => {
    const login = new ServerLogin(CREDENTIALS, 0);
    for (let i = 0; i < 160; i++) expect(login.heard('x'.repeat(65_536), 0)).to.deep.equal(WAIT);
    expect(login.heard('\nlogin: ', 0)).to.deep.equal(NAME);
  });
});

describe('LoggedInChannel', () => {
  function make() {
    const clock = new FakeClock();
    const inner = new FakeChannel();
    const channel = new LoggedInChannel({ channel: inner, clock, credentials: () => CREDENTIALS });
    return { clock, inner, channel, heard: new Heard() };
  }

  it('opens once the server let it in, and hands over what the device says after that', async () => {
    const { clock, inner, channel, heard } = make();
    const opened = channel.open(heard);
    await settle();
    inner.say('login: ');
    inner.say('Password: ');
    inner.say('\r\nRouter>');
    await clock.advance(3_000);
    await opened;
    await settle();
    expect(inner.written).to.deep.equal(['ops\r', 'hunter22\r']);
    expect(heard.text).to.equal('\r\nRouter>');
    await channel.write(new TextEncoder().encode('x'));
    inner.drop('gone');
    expect((await heard.closed).reason).to.equal('gone');
    expect(clock.pending).to.equal(0);
  });

  it('closes and tells the code when the login is refused', async () => {
    const { clock, inner, channel, heard } = make();
    const opened = channel.open(heard).catch((error: unknown) => error);
    await settle();
    inner.say('login: ');
    inner.say('Password: ');
    inner.say('Login incorrect\r\n');
    expect(codeOf(await opened)).to.equal('CONSOLE_LOGIN_REFUSED');
    expect(inner.closes).to.equal(1);
    expect(clock.pending).to.equal(0);
  });

  it('tells when the server hangs up in the middle', async () => {
    const { inner, channel, heard } = make();
    const opened = channel.open(heard).catch((error: unknown) => error);
    await settle();
    inner.say('login: ');
    inner.drop('closed by the far end');
    expect(await opened).to.have.property('message', 'closed by the far end');
  });
});
