import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { ReplyPart } from '../../src/kiro/chat/conversation';
import { answers, chunksOf, type Outcome, readAnswer } from '../fixtures/answers';
import { type Dice, dice } from '../fixtures/dice';
import { streamOf } from '../simulator/player';
import type { Payload, Step } from '../simulator/steps';

// `STREAM_MUTATIONS=1000000` for the long run; `STREAM_SEED` repeats one.
const count = Number(process.env['STREAM_MUTATIONS'] ?? 5000);
const seed = Number(process.env['STREAM_SEED'] ?? 1);

const originals = Object.values(answers);
const streams = originals.map(streamOf);
const callsIn = ({ parts }: Outcome) => parts.filter((part) => part.kind === 'toolCall');
const pick = <T>(list: readonly T[], roll: Dice): T => list[roll(list.length)] as T;

const byteMutations: ((stream: Uint8Array, roll: Dice) => Uint8Array)[] = [
  function flip(stream, roll) {
    const copy = Uint8Array.from(stream);
    const at = roll(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << roll(8));
    return copy;
  },
  function overwrite(stream, roll) {
    const copy = Uint8Array.from(stream);
    const at = roll(copy.length);
    copy.fill(roll(256), at, at + 1 + roll(16));
    return copy;
  },
  function truncate(stream, roll) {
    return stream.subarray(0, roll(stream.length));
  },
  function cutOut(stream, roll) {
    const at = roll(stream.length);
    return Buffer.concat([stream.subarray(0, at), stream.subarray(at + 1 + roll(40))]);
  },
  function insert(stream, roll) {
    const at = roll(stream.length);
    const noise = Uint8Array.from({ length: 1 + roll(40) }, () => roll(256));
    return Buffer.concat([stream.subarray(0, at), noise, stream.subarray(at)]);
  },
  function repeat(stream, roll) {
    const at = roll(stream.length);
    const end = at + 1 + roll(200);
    return Buffer.concat([stream.subarray(0, end), stream.subarray(at)]);
  },
  function splice(stream, roll) {
    const other = pick(streams, roll);
    return Buffer.concat([stream.subarray(0, roll(stream.length)), other.subarray(roll(other.length))]);
  },
];

const values: unknown[] = [
  undefined,
  null,
  '',
  '{',
  '{}',
  ' ',
  0,
  -1,
  1e308,
  true,
  [],
  {},
  [{}],
  { a: 1 },
  '\ud800',
];

/** Steps whose checksums are right, but whose events are in disorder or hold something else. */
function disorder(steps: readonly Step[], roll: Dice): Step[] {
  const changed = [...steps];
  const at = roll(changed.length);
  const step = pick(steps, roll);
  switch (roll(4)) {
    case 0:
      changed.splice(at, 1);
      break;
    case 1:
      changed.splice(at, 0, step);
      break;
    case 2:
      changed.splice(at, 0, pick(pick(originals, roll), roll));
      break;
    default:
      changed[at] = withOtherValue(step, roll);
  }
  return changed;
}

function withOtherValue(step: Step, roll: Dice): Step {
  if (step.kind !== 'event') return step;
  const member = pick([...Object.keys(step.payload), 'toolUseId', 'input', 'stop', 'content'], roll);
  return { ...step, payload: { ...step.payload, [member]: pick([...values, '…'], roll) } as Payload };
}

const wholeFrames = new Set(originals.flat().map((step) => Buffer.from(streamOf([step])).toString('latin1')));

/** As much of a stream's beginning as consists of frames that were sent. */
function undamagedPart(stream: Uint8Array): Uint8Array {
  const bytes = Buffer.from(stream);
  let end = 0;
  while (end + 4 <= bytes.length) {
    const next = end + bytes.readUInt32BE(end);
    if (!wholeFrames.has(bytes.toString('latin1', end, next))) break;
    end = next;
  }
  return bytes.subarray(0, end);
}

function chunked(stream: Uint8Array, roll: Dice): Iterable<Uint8Array> {
  return roll(2) === 0 ? [stream] : chunksOf(stream, 1 + roll(64));
}

/** What must hold of every outcome: an end that is one, and no part that none may have. */
function assertSound({ parts, error }: Outcome, codes: ReadonlySet<string>): void {
  if (error) assert.ok(codes.has(error.code), error.message);
  const ends = parts.filter(({ kind }) => kind === 'usage');
  assert.equal(ends.length, error ? 0 : 1, 'the usage comes once, at the end');
  if (!error) assert.ok(parts.some(isAnswer), 'an answer without text or call must fail');
  const ids = parts.flatMap((part) => (part.kind === 'toolCall' ? [part.id] : []));
  assert.equal(new Set(ids).size, ids.length, 'a call was reported twice');
}

const isAnswer = ({ kind }: ReplyPart) =>
  ['text', 'toolCall', 'truncatedCall', 'malformedCall'].includes(kind);

const noFrame = new Uint8Array(16);

describe('a stream that was changed on its way', function () {
  this.timeout(30_000 + count);

  let codes: ReadonlySet<string>;
  before(async () => {
    const outcomes = await Promise.all(streams.map((stream) => readAnswer([stream])));
    codes = new Set([
      'truncated',
      'protocol',
      ...outcomes.flatMap(({ error }) => (error ? [error.code] : [])),
    ]);
  });

  it('ends in parts, truncated or protocol, without a call nobody made', async () => {
    const roll = dice(seed);
    for (let time = 0; time < count; time++) {
      const mutated = pick(byteMutations, roll)(pick(streams, roll), roll);
      const outcome = await readAnswer(chunked(mutated, roll));
      assertSound(outcome, codes);
      // A frame left out or repeated as a whole leaves no trace; every other damage must end the answer where it is.
      // Only where the damage is such that the rest seems complete may a whole call whose end is not marked count.
      const undamaged = undamagedPart(mutated);
      const [ended, seeminglyComplete] = [
        await readAnswer([undamaged, noFrame]),
        await readAnswer([undamaged]),
      ].map(callsIn);
      const calls = callsIn(outcome);
      if (!isDeepStrictEqual(calls, seeminglyComplete) || outcome.error) {
        assert.deepEqual(calls, ended, `run ${time} of seed ${seed}`);
      }
    }
  });

  it('is understood or refused when its events are in disorder', async () => {
    const roll = dice(seed + 1);
    for (let time = 0; time < count / 2; time++) {
      const outcome = await readAnswer(chunked(streamOf(disorder(pick(originals, roll), roll)), roll));
      assertSound(outcome, codes);
    }
  });
});
