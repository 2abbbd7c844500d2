// DNS messages in and out, random bytes included.
import { describe, expect, test } from '@jest/globals';
import dnsPacket, {
  type DecodedPacket,
  type OptAnswer,
  type Packet,
  type RecordType,
} from 'dns-packet';
import * as fc from 'fast-check';

import {
  ednsUdpSizeMax,
  respond,
  type Answerer,
  type Asker,
  type QueryEvent,
} from '../../../../local/route53/dns/message.ts';
import { resolve } from '../../../../local/route53/dns/resolve.ts';
import { values, zoneOfSets } from '../sample-zone.ts';

const many = (count: number) =>
  Array.from({ length: count }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
const zone = zoneOfSets(
  values('www.clinic.test.', 'A', ['192.0.2.1']),
  values('many.clinic.test.', 'A', many(100)),
  values('txt.clinic.test.', 'TXT', ['"one" "two"']),
  values('mx.clinic.test.', 'MX', ['10 mail.clinic.test']),
  values('srv.clinic.test.', 'SRV', ['1 2 443 www.clinic.test']),
  values('caa.clinic.test.', 'CAA', ['0 issue "ca.example"']),
  values(
    'huge.clinic.test.',
    'TXT',
    Array.from({ length: 30 }, (_, i) => `"${i}${'a'.repeat(250)}"`),
  ),
);
const askedFrom: string[] = [];
const answer: Answerer = ({ name, owner, type, address }) => {
  askedFrom.push(address);
  return resolve(
    new Map([[zone.name, zone]]),
    { name, owner, type },
    { random: () => 0.99, place: {}, isHealthy: () => true },
  );
};

const udp: Asker = { address: '127.0.0.1', transport: 'udp' };
const tcp: Asker = { address: '127.0.0.1', transport: 'tcp' };
const bugs: unknown[] = [];
const handlers = { answer, onQuery: () => undefined, onBug: (error: unknown) => bugs.push(error) };

const query = (packet: Partial<Packet>) =>
  dnsPacket.encode({
    type: 'query',
    id: 4711,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ type: 'A', name: 'www.clinic.test' }],
    ...packet,
  });
const asking = (
  name: string,
  type: 'A' | 'ANY' | 'AXFR' | 'TXT' | 'MX' | 'SRV' | 'CAA' | 'SOA' = 'A',
) => ({
  // dns-packet writes ANY, its types do not know it.
  questions: [{ name, type: type as RecordType }],
});
const opt = (part: Partial<OptAnswer> = {}): OptAnswer => ({
  type: 'OPT',
  name: '.',
  udpPayloadSize: 4096,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
  ...part,
});

interface Rcoded extends DecodedPacket {
  readonly rcode: string;
}
const reply = (packet: Buffer, asker = udp) =>
  dnsPacket.decode(respond(packet, asker, handlers)!) as Rcoded;

describe('an answer', () => {
  test('carries id, question, AA and RD back, and never RA', () => {
    const got = reply(query({}));
    expect(got).toMatchObject({
      id: 4711,
      type: 'response',
      flag_aa: true,
      flag_rd: true,
      flag_ra: false,
      rcode: 'NOERROR',
    });
    expect(got.questions).toMatchObject([{ name: 'www.clinic.test', type: 'A' }]);
    expect(got.answers).toMatchObject([{ name: 'www.clinic.test', ttl: 60, data: '192.0.2.1' }]);
    expect(reply(query({ flags: 0 })).flag_rd).toBe(false);
  });

  test("keeps the question's case, in the question and in the answer", () => {
    const got = reply(query(asking('wWw.CLINIC.tesT')));
    expect(got.questions?.[0]?.name).toBe('wWw.CLINIC.tesT');
    expect(got.answers?.[0]?.name).toBe('wWw.CLINIC.tesT');
  });

  test.each([
    ['TXT', 'txt', [Buffer.from('one'), Buffer.from('two')]],
    ['MX', 'mx', { preference: 10, exchange: 'mail.clinic.test' }],
    ['SRV', 'srv', { priority: 1, weight: 2, port: 443, target: 'www.clinic.test' }],
    ['CAA', 'caa', { flags: 0, tag: 'issue', value: 'ca.example' }],
  ] as const)('holds %s data as a resolver reads it', (type, name, data) => {
    expect(reply(query(asking(`${name}.clinic.test`, type))).answers?.[0]).toMatchObject({
      type,
      data,
    });
  });

  test('to ANY is the one HINFO of RFC 8482', () => {
    expect(reply(query(asking('www.clinic.test', 'ANY'))).answers).toMatchObject([
      { type: 'HINFO', data: { cpu: 'RFC8482', os: '' } },
    ]);
    expect(reply(query(asking('nope.clinic.test', 'ANY'))).rcode).toBe('NXDOMAIN');
    expect(reply(query(asking('nope.test', 'ANY'))).rcode).toBe('REFUSED');
  });

  test('negative ones carry the SOA', () => {
    const got = reply(query(asking('nope.clinic.test')));
    expect(got.rcode).toBe('NXDOMAIN');
    expect(got.authorities).toMatchObject([{ type: 'SOA', name: 'clinic.test', ttl: 900 }]);
  });
});

const sized = (name: string, additionals: OptAnswer[], asker = udp) =>
  respond(query({ ...asking(name), additionals }), asker, handlers)!;

describe('size', () => {
  test('without EDNS an answer over 512 octets is cut and marked', () => {
    const wire = sized('many.clinic.test', []);
    expect(wire.length).toBeLessThanOrEqual(512);
    expect(dnsPacket.decode(wire)).toMatchObject({ flag_tc: true, answers: [] });
    expect(dnsPacket.decode(sized('many.clinic.test', [], tcp))).toMatchObject({ flag_tc: false });
    expect(dnsPacket.decode(sized('many.clinic.test', [], tcp)).answers).toHaveLength(100);
  });

  test('with EDNS the client may take more, up to 1,232 octets', () => {
    const some = zoneOfSets(values('some.clinic.test.', 'A', many(30)));
    const own = {
      ...handlers,
      answer: ({ name, owner, type }: Parameters<Answerer>[0]) =>
        resolve(
          new Map([[some.name, some]]),
          { name, owner, type },
          { random: () => 0, place: {}, isHealthy: () => true },
        ),
    };
    const ask = (udpPayloadSize: number) =>
      dnsPacket.decode(
        respond(
          query({ ...asking('some.clinic.test'), additionals: [opt({ udpPayloadSize })] }),
          udp,
          own,
        )!,
      );
    // 30 records of 32 octets, a question of 22, a header of 12 and an OPT of 11: 1,005.
    expect(ask(1_004).flag_tc).toBe(true);
    expect(ask(1_005)).toMatchObject({ flag_tc: false });
    // Less than 512 is read as 512 (RFC 6891 section 6.2.3).
    expect(dnsPacket.decode(sized('www.clinic.test', [opt({ udpPayloadSize: 1 })])).flag_tc).toBe(
      false,
    );
    const wire = sized('many.clinic.test', [opt({ udpPayloadSize: 65_535 })]);
    expect(dnsPacket.decode(wire).flag_tc).toBe(true);
    expect(dnsPacket.decode(wire).additionals).toMatchObject([
      { type: 'OPT', udpPayloadSize: ednsUdpSizeMax },
    ]);
  });

  test('a client without EDNS gets none', () => {
    expect(reply(query({})).additionals).toEqual([]);
  });
});

describe('EDNS', () => {
  test('an unknown version is BADVERS', () => {
    const got = reply(query({ additionals: [opt({ ednsVersion: 1 })] }));
    expect(got.additionals).toMatchObject([{ extendedRcode: 1, ednsVersion: 0 }]);
    expect(got.answers).toEqual([]);
  });

  test('the client subnet is used in place of the source, and echoed with its scope', () => {
    const got = reply(
      query({
        additionals: [opt({ options: [{ code: 8, ip: '198.51.100.0', sourcePrefixLength: 24 }] })],
      }),
    );
    expect(askedFrom.at(-1)).toBe('198.51.100.0');
    expect(got.additionals).toMatchObject([
      { options: [{ code: 8, ip: '198.51.100.0', sourcePrefixLength: 24, scopePrefixLength: 24 }] },
    ]);
    reply(query({}));
    expect(askedFrom.at(-1)).toBe('127.0.0.1');
  });

  test('two OPT records, or a prefix longer than an address, are FORMERR', () => {
    expect(reply(query({ additionals: [opt(), opt()] })).rcode).toBe('FORMERR');
    const tooLong = Buffer.from([0, 1, 33, 0, 198, 51, 100, 0]);
    const additionals = [opt({ options: [{ code: 8, ip: undefined, data: tooLong }] })];
    expect(reply(query({ additionals })).rcode).toBe('FORMERR');
  });
});

describe('refusals', () => {
  test('transfers and other classes are REFUSED', () => {
    expect(reply(query(asking('clinic.test', 'AXFR')), tcp).rcode).toBe('REFUSED');
    expect(
      reply(query({ questions: [{ name: 'version.bind', type: 'TXT', class: 'CH' }] })).rcode,
    ).toBe('REFUSED');
  });

  test('other opcodes are NOTIMP', () => {
    const notify = query({});
    notify.writeUInt8(4 << 3, 2);
    const wire = respond(notify, udp, handlers)!;
    expect(dnsPacket.decode(wire)).toMatchObject({ id: 4711, opcode: 'NOTIFY', rcode: 'NOTIMP' });
  });

  test('no question, two questions and a torn message are FORMERR', () => {
    expect(reply(query({ questions: [] })).rcode).toBe('FORMERR');
    const one = { name: 'www.clinic.test', type: 'A' } as const;
    expect(reply(query({ questions: [one, one] })).rcode).toBe('FORMERR');
    expect(reply(query({}).subarray(0, 20)).rcode).toBe('FORMERR');
  });

  test('a question whose name points back into the header is FORMERR', () => {
    // Found by the bytes below: copied into the reply, the pointer read that reply's header instead.
    const packet = query({});
    packet.writeUInt16BE(0xc002, 16);
    expect(reply(packet).rcode).toBe('FORMERR');
  });

  test('responses and scraps get silence', () => {
    expect(respond(dnsPacket.encode({ type: 'response', id: 1 }), udp, handlers)).toBeNull();
    expect(respond(Buffer.alloc(11), udp, handlers)).toBeNull();
  });

  test('a fault of ours is SERVFAIL, and told', () => {
    const fault = new Error('ours');
    const told: unknown[] = [];
    const broken = {
      answer: () => {
        throw fault;
      },
      onQuery: () => undefined,
      onBug: (e: unknown) => told.push(e),
    };
    expect(dnsPacket.decode(respond(query({}), udp, broken)!)).toMatchObject({
      id: 4711,
      rcode: 'SERVFAIL',
    });
    expect(told).toEqual([fault]);
  });
});

test('each query is told once, with what was answered', () => {
  const events: QueryEvent[] = [];
  respond(query(asking('txt.clinic.test', 'TXT')), udp, {
    ...handlers,
    onQuery: (event) => events.push(event),
  });
  expect(events).toEqual([
    {
      name: 'txt.clinic.test',
      type: 'TXT',
      source: '127.0.0.1',
      transport: 'udp',
      rcode: 'NOERROR',
      answer: ['"one" "two"'],
    },
  ]);
});

const isSound = (packet: Buffer) => {
  const wire = respond(packet, udp, handlers);
  if (wire === null) return;
  expect(wire.length).toBeLessThanOrEqual(Math.max(ednsUdpSizeMax, packet.length));
  expect(wire.readUInt16BE(0)).toBe(packet.readUInt16BE(0));
  expect(wire.readUInt8(2) & 0x80).toBe(0x80);
  // What we send, a resolver can read.
  expect(() => dnsPacket.decode(wire)).not.toThrow();
};

describe('any bytes', () => {
  test('are answered soundly or not at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => isSound(Buffer.from(bytes))),
      { numRuns: 2_000 },
    );
    expect(bugs).toEqual([]);
  });

  test('that were nearly a query too', () => {
    const whole = query({
      ...asking('txt.clinic.test', 'TXT'),
      additionals: [opt({ options: [{ code: 8, ip: '198.51.100.0', sourcePrefixLength: 24 }] })],
    });
    const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(flips, fc.nat(whole.length), (edits, cut) => {
        const packet = Buffer.from(whole);
        for (const [at, byte] of edits) packet.writeUInt8(byte, at);
        isSound(packet);
        isSound(packet.subarray(0, cut));
      }),
      { numRuns: 3_000 },
    );
    expect(bugs).toEqual([]);
  });
});
