/** What a serial channel asks of the operating system, at serialport's own mock of it: a pty has none of these wires. */
import { expect } from 'chai';
import { SerialPortMock } from 'serialport';
import { SerialChannel } from '../../../connectors/sessions/serial.js';
import type { PortClass, SerialChannelOptions } from '../../../connectors/sessions/serial.js';

const PATH = '/dev/ttyTEST';

interface Asked {
  readonly calls: unknown[];
  /** Rejects the next call of this name. */
  refuse?: 'set' | 'update' | 'drain';
}

/** The mock's port, with what is asked of its binding written down. */
function watched(asked: Asked): PortClass {
  const binding = {
    ...SerialPortMock.binding,
    list: () => SerialPortMock.binding.list(),
    async open(options: Parameters<typeof SerialPortMock.binding.open>[0]) {
      const port = await SerialPortMock.binding.open(options);
      asked.calls.push({ open: options });
      return new Proxy(port, {
        get(target, name) {
          const value = Reflect.get(target, name, target) as unknown;
          if (typeof value !== 'function') return value;
          if (name === 'set' || name === 'update' || name === 'drain') {
            return (argument: unknown) => {
              asked.calls.push({ [name]: argument ?? null });
              if (asked.refuse === name) return Promise.reject(new Error(`${name} refused`));
              return (value as (argument: unknown) => unknown).call(target, argument);
            };
          }
          return (value as () => unknown).bind(target);
        },
      });
    },
  };
  class Watched extends SerialPortMock {
    constructor(options: ConstructorParameters<typeof SerialPortMock>[0]) {
      super({ ...options, binding } as never);
    }
  }
  return Watched as never;
}

describe('SerialChannel at the binding', () => {
  let asked: Asked;
  const openWith = async (form: Partial<SerialChannelOptions> = {}): Promise<SerialChannel> => {
    const channel = new SerialChannel({ path: PATH, baudRate: 9600, ...form }, async () => watched(asked));
    await channel.open({ onBytes: () => {}, onClosed: () => {} });
    return channel;
  };
  const opened = (): Record<string, unknown> => (asked.calls[0] as { open: Record<string, unknown> }).open;

  beforeEach(() => {
    asked = { calls: [] };
    SerialPortMock.binding.reset();
    SerialPortMock.binding.createPort(PATH);
  });

  it('opens 8N1 without flow control, locked, and does not drop DTR on close', async () => {
    const channel = await openWith();
    expect(opened()).to.include({ path: PATH, baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 });
    expect(opened()).to.include({ rtscts: false, xon: false, xoff: false, lock: true, hupcl: false });
    expect(asked.calls).to.have.length(1);
    await channel.close();
  });

  it('takes the form of a character and the flow control from the site', async () => {
    const even = await openWith({ dataBits: 7, parity: 'even', stopBits: 2, flowControl: 'rtscts' });
    expect(opened()).to.include({ dataBits: 7, parity: 'even', stopBits: 2, rtscts: true, xon: false, xoff: false });
    await even.close();
    asked.calls.length = 0;
    const soft = await openWith({ flowControl: 'xonxoff' });
    expect(opened()).to.include({ rtscts: false, xon: true, xoff: true });
    await soft.close();
  });

  it('raises and drops DTR and RTS where the site names them, and leaves the one alone when the other changes', async () => {
    const channel = await openWith({ dtr: false });
    expect(asked.calls[1]).to.deep.equal({ set: { dtr: false, rts: true, brk: false, cts: false } });
    await channel.setModemLines({ rts: false });
    expect(asked.calls[2]).to.deep.equal({ set: { dtr: false, rts: false, brk: false, cts: false } });
    await channel.close();
  });

  it('refuses to open where the wires cannot be set, and gives the path free again', async () => {
    asked.refuse = 'set';
    const error = await openWith({ rts: false }).catch((reason: unknown) => reason);
    expect((error as Error).message).to.equal('set refused');
    delete asked.refuse;
    asked.calls.length = 0;
    await (await openWith()).close();
  });

  it('a break begins when what was written is out, ends by itself, and keeps the wires', async () => {
    const channel = await openWith({ dtr: true, rts: false });
    asked.calls.length = 0;
    await channel.sendBreak(5);
    expect(asked.calls).to.deep.equal([
      { drain: null },
      { set: { dtr: true, rts: false, brk: true, cts: false } },
      { set: { dtr: true, rts: false, brk: false, cts: false } },
    ]);
    await channel.close();
  });

  it('changes its speed after what was written is out, and opens at the configured one again', async () => {
    const channel = await openWith();
    asked.calls.length = 0;
    await channel.setBaudRate(115_200);
    expect(asked.calls).to.deep.equal([{ drain: null }, { update: { baudRate: 115_200 } }]);
    expect(channel.baudRate).to.equal(115_200);
    await channel.close();
    await channel.open({ onBytes: () => {}, onClosed: () => {} });
    expect(channel.baudRate).to.equal(9600);
    await channel.close();
  });

  it('stays at its speed where the change is refused', async () => {
    const channel = await openWith();
    asked.refuse = 'update';
    const error = await channel.setBaudRate(230_400).catch((reason: unknown) => reason);
    expect((error as Error).message).to.equal('update refused');
    expect(channel.baudRate).to.equal(9600);
    await channel.close();
    const closed = await channel.setBaudRate(9600).catch((reason: unknown) => reason);
    expect((closed as Error).message).to.equal('not open');
  });

  it('a line that another program has is refused, not shared', async () => {
    const first = await openWith();
    const second = await openWith().catch((reason: unknown) => reason);
    expect((second as Error).message).to.match(/lock/i);
    await first.close();
  });
});
