// One DNS message in, one out: header rules, EDNS, client subnet, truncation. Never throws, whatever the bytes.

import dnsPacket, { type Answer, type DecodedPacket, type OptAnswer } from 'dns-packet';

import { nameFromWire } from '../core/names.ts';
import { rdataText } from '../core/rdata-text.ts';
import { anyType, type Record, type Resolution } from './resolve.ts';

// RFC 1035 section 4.2.1, RFC 6891 section 6.2.5, and the size DNS Flag Day 2020 settled on to avoid fragments.
const plainUdpSizeMax = 512;
export const ednsUdpSizeMax = 1_232;
const tcpSizeMax = 65_535;
const headerSize = 12;
/** RFC 1035 section 4.1.4: a longer length octet is a pointer, or reserved. */
const labelLengthMax = 63;

const rcodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;
type Rcode = keyof typeof rcodes;
/** RFC 6891 section 9: BADVERS is 16, so its low four bits are 0 and the OPT record carries a 1. */
const badVersionExtendedRcode = 1;
/** RFC 7871 section 6. */
const clientSubnetCode = 8;
/** RFC 8482 section 4.2 leaves the TTL to the operator; a day spares us the repeats. */
const hinfoTtlSeconds = 86_400;

export interface Asker {
  readonly address: string;
  readonly transport: 'udp' | 'tcp';
}

/** Told for each answered question; nothing is kept here. */
export interface QueryEvent {
  readonly name: string;
  readonly type: string;
  readonly source: string;
  readonly transport: 'udp' | 'tcp';
  readonly rcode: string;
  /** The data of the answer section, in order. */
  readonly answer: readonly string[];
}

export type Answerer = (question: {
  readonly name: string;
  readonly owner: string;
  readonly type: string;
  /** Where the query comes from: the client subnet when one was sent, else the packet's source. */
  readonly address: string;
}) => Resolution;

interface Reply {
  readonly rcode: Rcode;
  readonly authoritative: boolean;
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
  readonly additionals: readonly Answer[];
  readonly texts: readonly string[];
}

const empty = {
  authoritative: false,
  answers: [],
  authorities: [],
  additionals: [],
  texts: [],
} as const;

const toAnswer = ({ ttlSeconds, ...record }: Record): Answer => ({
  ...record,
  ttl: ttlSeconds,
  class: 'IN',
});

/**
 * Where the first question of a decoded packet ends; `null` where its name is compressed. Nothing stands before it to
 * point at but the header, and copied into a reply the pointer would read another header.
 */
function questionEnd(packet: Buffer): number | null {
  let at = headerSize;
  for (;;) {
    const length = packet.readUInt8(at);
    if (length === 0) return at + 5;
    if (length > labelLengthMax) return null;
    at += 1 + length;
  }
}

function bareReply(packet: Buffer, rcode: Rcode): Buffer {
  const reply = Buffer.alloc(headerSize);
  packet.copy(reply, 0, 0, 4);
  // QR set, opcode and RD as asked; RCODE in the low bits.
  reply.writeUInt8((packet.readUInt8(2) & 0x79) | 0x80, 2);
  reply.writeUInt8(rcodes[rcode], 3);
  return reply;
}

function decode(packet: Buffer): DecodedPacket | null {
  try {
    return dnsPacket.decode(packet);
  } catch {
    return null;
  }
}

const optsOf = (query: DecodedPacket): OptAnswer[] =>
  (query.additionals ?? []).filter((record): record is OptAnswer => record.type === 'OPT');

interface ClientSubnet {
  readonly ip: string;
  readonly sourcePrefixLength: number;
  readonly family: number;
}

function clientSubnetOf(opt: OptAnswer | undefined): ClientSubnet | undefined {
  for (const option of opt?.options ?? [])
    if (option.code === clientSubnetCode && 'ip' in option && typeof option.ip === 'string')
      return {
        ip: option.ip,
        sourcePrefixLength: option.sourcePrefixLength ?? 0,
        family: option.family ?? 1,
      };
  return undefined;
}

const subnetFits = ({ family, sourcePrefixLength }: ClientSubnet): boolean =>
  (family === 1 && sourcePrefixLength <= 32) || (family === 2 && sourcePrefixLength <= 128);

function optReply(opt: OptAnswer, subnet: ClientSubnet | undefined): OptAnswer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: ednsUdpSizeMax,
    extendedRcode: opt.ednsVersion > 0 ? badVersionExtendedRcode : 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    // RFC 7871 section 7.2.1: the whole source prefix was used, so it is the scope.
    options:
      subnet === undefined
        ? []
        : [
            {
              code: clientSubnetCode,
              ...subnet,
              scopePrefixLength: subnet.sourcePrefixLength,
            },
          ],
  };
}

const roomFor = (asker: Asker, opt: OptAnswer | undefined): number => {
  if (asker.transport === 'tcp') return tcpSizeMax;
  if (opt === undefined) return plainUdpSizeMax;
  return Math.min(ednsUdpSizeMax, Math.max(plainUdpSizeMax, opt.udpPayloadSize));
};

/** dns-packet writes no compression pointers, so the asked question can be spliced in byte for byte, its case kept. */
function encode(packet: Buffer, query: DecodedPacket, reply: Reply, truncated: boolean): Buffer {
  const flags =
    rcodes[reply.rcode] |
    (reply.authoritative ? dnsPacket.AUTHORITATIVE_ANSWER : 0) |
    (truncated ? dnsPacket.TRUNCATED_RESPONSE : 0) |
    (query.flag_rd ? dnsPacket.RECURSION_DESIRED : 0);
  const sections = dnsPacket.encode({
    type: 'response',
    id: query.id ?? 0,
    flags,
    questions: [],
    answers: [...reply.answers],
    authorities: [...reply.authorities],
    additionals: [...reply.additionals],
  });
  const question = packet.subarray(headerSize, questionEnd(packet) ?? headerSize);
  const whole = Buffer.concat([
    sections.subarray(0, headerSize),
    question,
    sections.subarray(headerSize),
  ]);
  whole.writeUInt16BE(1, 4);
  return whole;
}

const refusesQuery = (query: DecodedPacket): Rcode | null => {
  const [question] = query.questions ?? [];
  if (question?.class !== 'IN') return 'REFUSED';
  // Route 53 has no zone transfers.
  return question.type === 'AXFR' || question.type === 'IXFR' ? 'REFUSED' : null;
};

function replyTo(query: DecodedPacket, address: string, answer: Answerer): Reply {
  const [question] = query.questions ?? [];
  const refusal = refusesQuery(query);
  if (refusal !== null || question === undefined) return { ...empty, rcode: refusal ?? 'FORMERR' };
  // A name we could not store matches no zone of ours either.
  const name = nameFromWire(question.name);
  if (name === null) return { ...empty, rcode: 'REFUSED' };
  const type: string = question.type;
  const found = answer({ name, owner: question.name, type, address });
  const sections = {
    authorities: found.authorities.map(toAnswer),
    additionals: found.additionals.map(toAnswer),
  };
  const hinfo: Answer = {
    type: 'HINFO',
    name: question.name,
    ttl: hinfoTtlSeconds,
    class: 'IN',
    data: { cpu: 'RFC8482', os: '' },
  };
  if (type === anyType && found.rcode === 'NOERROR' && found.authoritative)
    return { ...empty, rcode: 'NOERROR', authoritative: true, answers: [hinfo] };
  return {
    ...found,
    ...sections,
    answers: found.answers.map(toAnswer),
    texts: found.answers.map(rdataText),
  };
}

/** Why a message cannot be taken as one question, or what it asks. */
function readQuery(packet: Buffer): Rcode | DecodedPacket {
  if ((packet.readUInt8(2) & 0x78) !== 0) return 'NOTIMP';
  const query = decode(packet);
  if (query?.questions?.length !== 1) return 'FORMERR';
  const opts = optsOf(query);
  const subnet = clientSubnetOf(opts[0]);
  const isSound =
    questionEnd(packet) !== null &&
    opts.length <= 1 &&
    (subnet === undefined || subnetFits(subnet));
  return isSound ? query : 'FORMERR';
}

function fitInto(packet: Buffer, query: DecodedPacket, reply: Reply, asker: Asker): Buffer {
  const [opt] = optsOf(query);
  const edns: Answer[] = opt === undefined ? [] : [optReply(opt, clientSubnetOf(opt))];
  const additionals = [...reply.additionals, ...edns];
  const full = encode(packet, query, { ...reply, additionals }, false);
  if (full.length <= roomFor(asker, opt)) return full;
  // RFC 2181 section 9: no partial sets; the client comes back over TCP.
  return asker.transport === 'udp'
    ? encode(packet, query, { ...reply, answers: [], authorities: [], additionals: edns }, true)
    : bareReply(packet, 'SERVFAIL');
}

/** No header, or itself a response: answering those makes loops. */
const deservesSilence = (packet: Buffer): boolean =>
  packet.length < headerSize || (packet.readUInt8(2) & 0x80) !== 0;

export interface Handlers {
  readonly answer: Answerer;
  readonly onQuery: (event: QueryEvent) => void;
  /** A fault of ours; the client gets SERVFAIL. */
  readonly onBug: (error: unknown) => void;
}

/** `null` where silence is right. */
export function respond(
  packet: Buffer,
  asker: Asker,
  { answer, onQuery, onBug }: Handlers,
): Buffer | null {
  if (deservesSilence(packet)) return null;
  const query = readQuery(packet);
  if (typeof query === 'string') return bareReply(packet, query);
  try {
    const [question] = query.questions ?? [];
    const [opt] = optsOf(query);
    // RFC 6891 section 6.1.3: an unknown EDNS version gets BADVERS and nothing else.
    if (question === undefined || (opt?.ednsVersion ?? 0) > 0)
      return fitInto(packet, query, { ...empty, rcode: 'NOERROR' }, asker);
    const reply = replyTo(query, clientSubnetOf(opt)?.ip ?? asker.address, answer);
    onQuery({
      name: question.name,
      type: question.type,
      source: asker.address,
      transport: asker.transport,
      rcode: reply.rcode,
      answer: reply.texts,
    });
    return fitInto(packet, query, reply, asker);
  } catch (error) {
    onBug(error);
    return bareReply(packet, 'SERVFAIL');
  }
}
