import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { type Frame, FrameReader } from '../../../src/kiro/chat/response/frames';
import { answers, chunksOf, readAnswer } from '../../fixtures/answers';
import { encodeFrame, errorHeaders, eventHeaders } from '../../simulator/frames';
import { streamOf } from '../../simulator/player';
import { text } from '../../simulator/steps';

function framesOf(chunks: Iterable<Uint8Array>): Frame[] {
  const reader = new FrameReader();
  const frames: Frame[] = [];
  for (const chunk of chunks) frames.push(...reader.read(chunk));
  reader.end();
  return frames;
}
const protocol = (reason: string) => ({ code: 'protocol', reason });

describe('the frames of a stream', () => {
  const hello = encodeFrame(eventHeaders('assistantResponseEvent'), '{"content":"Hi"}');
  const changed = (at: number, value = (hello[at] ?? 0) ^ 1): Uint8Array => {
    const copy = Uint8Array.from(hello);
    copy[at] = value;
    return copy;
  };

  for (const [name, steps] of Object.entries(answers)) {
    it(`make the same parts however the stream is cut: ${name}`, async () => {
      const stream = streamOf(steps);
      const whole = await readAnswer([stream]);
      for (let size = 1; size <= stream.length; size++) {
        assert.deepEqual(await readAnswer(chunksOf(stream, size)), whole, `in chunks of ${size}`);
      }
      for (let at = 1; at < stream.length; at++) {
        const halves = [stream.subarray(0, at), stream.subarray(at)];
        assert.deepEqual(await readAnswer(halves), whole, `cut at ${at}`);
      }
    });
  }

  it('are given as soon as their last byte is there', () => {
    const reader = new FrameReader();
    assert.equal([...reader.read(hello.subarray(0, -1))].length, 0);
    assert.equal([...reader.read(hello.subarray(-1))].length, 1);
  });

  it('may be empty, and come together with others', () => {
    const frames = framesOf([Buffer.concat([hello, encodeFrame({}, ''), hello])]);
    assert.deepEqual(
      frames.map(({ headers, payload }) => [headers.name, payload]),
      [
        ['assistantResponseEvent', '{"content":"Hi"}'],
        ['', ''],
        ['assistantResponseEvent', '{"content":"Hi"}'],
      ],
    );
  });

  it('carry the code and the message of an error', () => {
    const [frame] = framesOf([encodeFrame(errorHeaders('InternalFailure', 'Wäre es doch'), '')]);
    assert.deepEqual(frame, {
      headers: { messageType: 'error', name: 'InternalFailure', message: 'Wäre es doch' },
      payload: '',
    });
  });

  it('fail where a length is wrong, before the bytes it promises came', () => {
    assert.throws(() => framesOf([changed(0, 0xff)]), protocol('frame-length'));
    assert.throws(() => framesOf([changed(1).subarray(0, 12)]), protocol('frame-checksum'));
  });

  it('fail where their lengths are right by their checksum, and no frame’s', () => {
    const framed = (total: number, headers: number) => {
      const bytes = Buffer.alloc(24);
      bytes.writeUInt32BE(total, 0);
      bytes.writeUInt32BE(headers, 4);
      bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
      bytes.writeUInt32BE(crc32(bytes.subarray(0, 20)), 20);
      return bytes;
    };
    for (const length of [0, 15]) {
      assert.throws(() => framesOf([framed(length, 0)]), protocol('frame-length'));
    }
    assert.throws(() => framesOf([framed(24, 9)]), protocol('frame-headers'));
  });

  it('fail where a byte is wrong, whichever it is', () => {
    for (let at = 0; at < hello.length; at++) {
      assert.throws(() => framesOf([changed(at)]), { code: 'protocol' }, `byte ${at}`);
    }
  });

  it('fail where the stream ends inside one', () => {
    for (let at = 1; at < hello.length; at++) {
      assert.throws(() => framesOf([hello.subarray(0, at)]), { code: 'truncated', reason: 'partial-frame' });
    }
  });

  it('cost no more per byte when a large one comes in many small pieces', () => {
    const large = streamOf(text('x'.repeat(8 * 1024 * 1024)));
    const copied = countingCopies(() => framesOf(chunksOf(large, 512)));
    assert.equal(copied.frames.length, 1);
    assert.ok(copied.bytes < 4 * large.length, `${copied.bytes} bytes copied for ${large.length}`);
  });
});

/** Runs it, and counts the bytes that were copied between buffers meanwhile. */
function countingCopies<T>(run: () => T): { frames: T; bytes: number } {
  const { set } = Uint8Array.prototype;
  const { copy } = Buffer.prototype;
  let bytes = 0;
  Uint8Array.prototype.set = function (this: Uint8Array, from: ArrayLike<number>, at?: number) {
    bytes += from.length;
    return set.call(this, from, at);
  };
  Buffer.prototype.copy = function (this: Buffer, ...args: Parameters<typeof copy>) {
    const count = copy.apply(this, args);
    bytes += count;
    return count;
  };
  try {
    return { frames: run(), bytes };
  } finally {
    Uint8Array.prototype.set = set;
    Buffer.prototype.copy = copy;
  }
}
