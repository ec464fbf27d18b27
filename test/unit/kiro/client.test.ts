import assert from 'node:assert/strict';
import { builderIdProfileArn } from '../../../src/auth/credentials';
import { KiroError } from '../../../src/base/errors';
import type { ReplyPart } from '../../../src/kiro/chat/conversation';
import { sentenceFor } from '../../../src/vscode/messages/errorSentences';
import { chatOf, collect, connect, modelOf, type ServiceOptions, textOf } from '../../fixtures/kiroService';
import type { SimulatedAccount } from '../../simulator/account';
import {
  accessDenied,
  httpError,
  inputTooLong,
  monthlyLimit,
  notAuthorized,
  profileArnRequired,
  serviceUnavailable,
  suspended,
  throttled,
  tokenRejected,
  validationError,
} from '../../simulator/httpErrors';
import { html } from '../../simulator/reply';
import { Simulator } from '../../simulator/simulator';
import {
  breakHere,
  closing,
  contextUsage,
  endAfter,
  event,
  exceptionFrame,
  fail,
  Gate,
  metering,
  newSignature,
  reasoning,
  redactedReasoning,
  taggedThinking,
  text,
  toolCall,
  toolCallFragments,
  toolCallSnapshots,
  toolCallWithoutInput,
  waitAt,
} from '../../simulator/steps';

const email = 'dev@example.com';

describe('a chat with the service', () => {
  let simulator: Simulator;
  let account: SimulatedAccount;

  beforeEach(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'google', email });
  });
  afterEach(async () => {
    await simulator.stop();
  });

  const signal = new AbortController().signal;
  const opus = () => modelOf(account, 'claude-opus-4.8');
  const ask = (options: ServiceOptions = {}, model = opus()) =>
    connect(simulator, account, options).client.chat(chatOf('Hi'), model, { signal });
  const failureOf = async (answer: AsyncIterable<ReplyPart>): Promise<KiroError> => {
    const error = await collect(answer).then(
      () => assert.fail('the chat went well'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof KiroError, String(error));
    return error;
  };
  const without = (parts: ReplyPart[], kind: ReplyPart['kind']) => parts.filter((part) => part.kind !== kind);

  it('yields text as it comes, and the usage at the end', async () => {
    simulator.script(
      text('Hel', 'lo'),
      closing({ input: 90, output: 7, cacheRead: 10, cacheWrite: 3 }, 0.25, 1.5),
    );
    assert.deepEqual(await collect(ask()), [
      { kind: 'text', text: 'Hel' },
      { kind: 'text', text: 'lo' },
      {
        kind: 'usage',
        usage: {
          source: 'counted',
          inputTokens: 103,
          outputTokens: 7,
          cacheReadTokens: 10,
          cacheWriteTokens: 3,
        },
        credits: 0.25,
        contextPercentage: 1.5,
      },
    ]);
    simulator.assertDone();
  });

  it('yields the first text while the service is still writing', async () => {
    const gate = new Gate();
    simulator.script(text('now'), waitAt(gate), text(' then'), closing());
    const answer = ask();
    assert.deepEqual((await answer.next()).value, { kind: 'text', text: 'now' });
    gate.open();
    assert.equal(textOf(await collect(answer)), ' then');
  });

  it('derives the usage from the context percentage where no counts are sent: it is the total', async () => {
    simulator.script(text('four words of text'), contextUsage(2));
    const usage = (await collect(ask())).at(-1);
    assert.ok(usage?.kind === 'usage' && usage.usage);
    const { inputTokens, outputTokens } = usage.usage;
    assert.equal(usage.usage.source, 'derived');
    assert.ok(outputTokens > 0);
    assert.equal(inputTokens + outputTokens, 0.02 * opus().contextWindow);
  });

  it('reports no usage where the service told none', async () => {
    simulator.script(text('Hi'), metering(0.1), metering(0.2));
    const last = (await collect(ask())).at(-1);
    assert.ok(last?.kind === 'usage');
    assert.equal(last.usage, undefined);
    assert.ok(Math.abs((last.credits ?? 0) - 0.3) < 1e-9);
  });

  it('estimates the usage where the service told none, if it can', async () => {
    simulator.script(text('four words of text'), metering(0.1));
    const last = (await collect(ask({ estimate: () => 1234 }))).at(-1);
    assert.ok(last?.kind === 'usage' && last.usage);
    const { source, inputTokens, outputTokens } = last.usage;
    assert.deepEqual([source, inputTokens], ['estimated', 1234]);
    assert.ok(outputTokens > 0);
  });

  it('yields native thinking with its signature, and takes tags in the text for text then', async () => {
    const signature = newSignature();
    simulator.script(
      reasoning(['Let me', ' see'], signature),
      text('<thinking>is a tag</thinking>'),
      closing(),
    );
    assert.deepEqual(without(await collect(ask()), 'usage'), [
      { kind: 'thinking', text: 'Let me' },
      { kind: 'thinking', text: ' see' },
      { kind: 'thinkingEnd', text: 'Let me see', signature },
      { kind: 'text', text: '<thinking>is a tag</thinking>' },
    ]);
  });

  it('yields a reply about tags whole, of a model that reasons natively or of one that writes tags', async () => {
    const reply = '<thinking> is the tag that opens a block; it is closed by its counterpart.';
    for (const id of ['claude-opus-4.8', 'claude-sonnet-4.5']) {
      simulator.script(text(...(reply.match(/.{1,9}/g) ?? [])), closing());
      assert.equal(textOf(await collect(ask({}, modelOf(account, id)))), reply);
    }
    const xml = '<thinking><answer>42</answer></thinking>';
    simulator.script(text(xml), closing());
    const parts = await collect(ask());
    assert.deepEqual(without(parts, 'usage'), [{ kind: 'text', text: xml }]);
  });

  it('yields redacted thinking as the blob it is', async () => {
    simulator.script(redactedReasoning('YmxvYg=='), text('Yes'), closing());
    assert.deepEqual((await collect(ask()))[0], { kind: 'thinkingEnd', text: '', redacted: 'YmxvYg==' });
  });

  it('yields tagged thinking as thinking', async () => {
    simulator.script(taggedThinking(['hm', 'm']), text('Yes'), closing());
    const parts = await collect(ask({}, modelOf(account, 'claude-sonnet-4.5')));
    assert.deepEqual(
      parts.filter((part) => part.kind === 'thinkingEnd'),
      [{ kind: 'thinkingEnd', text: 'hmm' }],
    );
    assert.equal(textOf(parts), 'Yes');
  });

  describe('with tool calls', () => {
    const callsOf = async (): Promise<unknown[]> => {
      const parts = await collect(ask());
      return parts
        .filter((part) => part.kind === 'toolCall' || part.kind === 'truncatedCall')
        .map((part) => (part.kind === 'toolCall' ? [part.name, part.input] : part));
    };

    it('joins fragments, however they are cut', async () => {
      const input = { path: 'ä/"b"', lines: [1, 2] };
      for (const pieces of [1, 2, 7, 30]) {
        simulator.script(toolCall('read', input, { pieces }), closing());
        assert.deepEqual(await callsOf(), [['read', input]]);
      }
    });

    it('takes the last of growing snapshots', async () => {
      simulator.script(toolCallSnapshots('read', [{ a: '1' }, { a: '12', b: 2 }]), closing());
      assert.deepEqual(await callsOf(), [['read', { a: '12', b: 2 }]]);
    });

    it('takes a call without any input for one without arguments', async () => {
      simulator.script(toolCallWithoutInput('list'), closing());
      assert.deepEqual(await callsOf(), [['list', {}]]);
    });

    it('gives fragments without id and name to the open call', async () => {
      const fragments = ['{"a":', '1}'];
      simulator.script(
        toolCallFragments({ id: 't1', name: 'read', fragments, repeat: 'nothing' }),
        closing(),
      );
      assert.deepEqual(await callsOf(), [['read', { a: 1 }]]);
    });

    it('keeps interleaved calls apart', async () => {
      const one = toolCall('one', { a: 'x'.repeat(20) }, { id: 't1', pieces: 3 });
      const two = toolCall('two', { b: 'y'.repeat(20) }, { id: 't2', pieces: 3 });
      simulator.script(...one.flatMap((step, index) => [step, two[index] ?? step]), closing());
      assert.deepEqual(await callsOf(), [
        ['one', { a: 'x'.repeat(20) }],
        ['two', { b: 'y'.repeat(20) }],
      ]);
    });

    it('never reports a call that was cut off, but says so', async () => {
      simulator.script(
        text('Writing.'),
        toolCallFragments({ id: 't1', name: 'write', fragments: ['{"text":"and so'], stop: false }),
      );
      assert.deepEqual(await callsOf(), [{ kind: 'truncatedCall', name: 'write' }]);
    });

    it('never reports a call whose stream ended inside a frame', async () => {
      const steps = toolCallFragments({ id: 't1', name: 'write', fragments: ['{"text":"and so', ' on"}'] });
      simulator.script(steps, endAfter(430));
      assert.deepEqual(await callsOf(), [{ kind: 'truncatedCall', name: 'write' }]);
    });
  });

  describe('with a tool of a name that the service does not take', () => {
    const name = 'mcp.files/read a file';
    const tool = {
      name,
      description: 'Reads.',
      inputSchema: { properties: { path: {} }, required: ['path'] },
    };
    const partsOf = async (fragments: string[], stop: boolean): Promise<ReplyPart[]> => {
      simulator.script(text('First.'), closing());
      await collect(
        connect(simulator, account).client.chat(chatOf('Hi', { tools: [tool] }), opus(), { signal }),
      );
      const wireName = simulator.chats.at(-1)?.tools[0]?.name ?? assert.fail();
      simulator.script(toolCallFragments({ id: 't1', name: wireName, fragments, stop }), closing());
      const { client } = connect(simulator, account);
      const parts = await collect(client.chat(chatOf('Hi', { tools: [tool] }), opus(), { signal }));
      return without(parts, 'usage');
    };

    it('tells by the name that the person knows which call was cut off or malformed', async () => {
      assert.deepEqual(await partsOf(['{"path":'], false), [{ kind: 'truncatedCall', name }]);
      assert.deepEqual(await partsOf(['{"path":'], true), [{ kind: 'malformedCall', name }]);
    });

    it('takes a call without arguments and end for cut off where the tool needs some', async () => {
      assert.deepEqual(await partsOf([], false), [{ kind: 'truncatedCall', name }]);
    });
  });

  it('fails where the reply is thinking and nothing else', async () => {
    simulator.script(reasoning(['hm']), closing());
    const error = await failureOf(ask());
    assert.deepEqual([error.code, error.reason], ['truncated', 'thinking-only']);
  });

  it('fails where the reply is empty', async () => {
    simulator.script(closing());
    const error = await failureOf(ask());
    assert.deepEqual([error.code, error.reason], ['truncated', 'empty-answer']);
  });

  it('skips events it does not know, whatever is in them', async () => {
    simulator.script(
      event('followupPromptEvent', { followupPrompt: { content: 'More?' } }),
      event('somethingNew', { content: 'x' }),
      text('Yes'),
      closing(),
    );
    assert.equal(textOf(await collect(ask())), 'Yes');
  });

  it('fails where the stream ends inside a frame of text, and what came is not asked for again', async () => {
    simulator.script(text('Half', ' an answer'), endAfter(150));
    const error = await failureOf(ask());
    assert.deepEqual([error.code, error.reason], ['truncated', 'partial-frame']);
    assert.equal(simulator.chats.length, 1);
  });

  describe('that succeeds by its status, and is no stream', () => {
    it('is the error response that its JSON spells out, and sent again where that helps', async () => {
      const refused = (type: string, reason?: string) =>
        fail({
          ...httpError({ status: 429, type, typeIn: 'body', message: 'No.', reason: reason ?? null }),
          status: 200,
        });
      simulator.script(refused('ServiceQuotaExceededException', 'MONTHLY_REQUEST_COUNT'));
      assert.equal((await failureOf(ask())).code, 'quota');
      simulator.script(refused('ThrottlingException'));
      simulator.script(text('Hi'), closing());
      assert.equal(textOf(await collect(ask())), 'Hi');
      simulator.assertDone();
    });

    it('is somebody else’s, where it is a page', async () => {
      simulator.script(fail(html(200, '<!DOCTYPE html><title>Sign in to the network</title>')));
      const error = await failureOf(ask());
      assert.deepEqual([error.code, error.reason], ['protocol', 'not-a-stream']);
      assert.match(sentenceFor(error), /proxy or a network’s sign-in page/);
      assert.equal(simulator.chats.length, 1);
    });

    it('is somebody else’s, where it is nothing at all', async () => {
      const error = await failureOf(ask({ fetch: async () => new Response(null) }));
      assert.deepEqual([error.code, error.reason], ['protocol', 'not-a-stream']);
    });
  });

  it('never drops repeated text', async () => {
    simulator.script(text('}\n', '}\n', '}\n'), closing());
    assert.equal(textOf(await collect(ask())), '}\n}\n}\n');
  });

  it('says honestly who it is, and keeps the content private', async () => {
    simulator.script(text('Hi'), closing());
    await collect(ask());
    const headers = simulator.chats[0]?.request.headers ?? {};
    assert.equal(headers['user-agent'], 'kiro-chat-models/test');
    assert.equal(headers['x-amzn-codewhisperer-optout'], 'true');
  });

  describe('that is rejected', () => {
    it('replaces a rejected token once, without the person noticing', async () => {
      simulator.script(fail(tokenRejected()));
      simulator.script(text('Hi'), closing());
      const { client, sessions } = connect(simulator, account);
      assert.equal(textOf(await collect(client.chat(chatOf('Hi'), opus(), { signal }))), 'Hi');
      assert.deepEqual(sessions.asked, [undefined, account.accessToken]);
      simulator.assertDone();
    });

    it('replaces a token that is rejected inside the stream, as long as nothing was said', async () => {
      simulator.script(exceptionFrame('ExpiredTokenException', 'The token has expired.'));
      simulator.script(text('Hi'), closing());
      const { client, sessions } = connect(simulator, account);
      assert.equal(textOf(await collect(client.chat(chatOf('Hi'), opus(), { signal }))), 'Hi');
      assert.deepEqual(sessions.asked, [undefined, account.accessToken]);
      simulator.assertDone();
    });

    it('replaces a token once, whether it is rejected before the stream or in it', async () => {
      simulator.script(exceptionFrame('ExpiredTokenException', 'The token has expired.'));
      simulator.script(fail(tokenRejected()));
      assert.equal((await failureOf(ask())).code, 'token-rejected');
      simulator.script(fail(tokenRejected()));
      simulator.script(exceptionFrame('ExpiredTokenException', 'The token has expired.'));
      assert.equal((await failureOf(ask())).code, 'token-rejected');
      assert.equal(simulator.chats.length, 4);
      simulator.assertDone();
    });

    it('gives up when the new token is rejected too', async () => {
      simulator.script(fail(tokenRejected()));
      simulator.script(fail(tokenRejected()));
      assert.equal((await failureOf(ask())).code, 'token-rejected');
      assert.equal(simulator.chats.length, 2);
    });

    it('sends an overloaded service the request at most twice more, with growing pauses', async () => {
      for (let time = 0; time < 3; time++) simulator.script(fail(serviceUnavailable()));
      const { client, pauses } = connect(simulator, account);
      assert.equal((await failureOf(client.chat(chatOf('Hi'), opus(), { signal }))).code, 'server');
      assert.deepEqual(pauses, [1000, 2000]);
      simulator.assertDone();
    });

    it('waits as long as the service asks, and a little more, not to come back with everybody else', async () => {
      simulator.script(fail(throttled(null, 7)));
      simulator.script(text('Hi'), closing());
      const { client, pauses } = connect(simulator, account);
      await collect(client.chat(chatOf('Hi'), opus(), { signal }));
      assert.deepEqual(pauses, [7500]);
    });

    it('never pauses longer than that by itself', async () => {
      for (let time = 0; time < 3; time++) simulator.script(fail(serviceUnavailable()));
      const { client, pauses } = connect(simulator, account, {
        resending: () => ({ times: 2, delayMs: 15_000 }),
      });
      await failureOf(client.chat(chatOf('Hi'), opus(), { signal }));
      assert.deepEqual(pauses, [15_000, 20_000]);
    });

    it('is not repeated where the service took it and then was silent: it may be at work on it', async () => {
      let sent = 0;
      const cause = Object.assign(new Error('Headers Timeout Error'), { code: 'UND_ERR_HEADERS_TIMEOUT' });
      const error = await failureOf(
        ask({
          fetch: async () => {
            sent++;
            throw new TypeError('fetch failed', { cause });
          },
        }),
      );
      assert.deepEqual([error.code, error.reason, sent], ['network', 'UND_ERR_HEADERS_TIMEOUT', 1]);
    });

    for (const [first, second] of [
      ['fields', 'schema'],
      ['schema', 'fields'],
    ] as const) {
      it(`leaves out one thing after the other, each of them once: ${first}, ${second}`, async () => {
        const refusals = {
          fields: validationError(null, 'Invalid additionalModelRequestFields: output_config'),
          schema: validationError('TOOL_SCHEMA_INVALID'),
        };
        for (const refused of [first, second, second]) simulator.script(fail(refusals[refused]));
        const choice = { anyOf: [{ type: 'string' }, { type: 'number' }] };
        const tools = [
          { name: 'pick', description: 'Picks', inputSchema: { type: 'object', properties: { choice } } },
        ];
        const { client } = connect(simulator, account);
        const answer = client.chat(chatOf('Hi', { effort: 'high', tools }), opus(), { signal });
        assert.equal((await failureOf(answer)).code, 'bad-request');
        const sent = simulator.chats.map(({ body, modelFields }) =>
          [modelFields && 'fields', JSON.stringify(body).includes('anyOf') && 'schema'].filter(Boolean),
        );
        assert.deepEqual(sent, [['fields', 'schema'], [second], []]);
      });
    }

    it('leaves out for the rest of the conversation what was refused in it, and in no other one', async () => {
      const choice = { anyOf: [{ type: 'string' }, { type: 'number' }] };
      const tools = [
        { name: 'pick', description: 'Picks', inputSchema: { type: 'object', properties: { choice } } },
      ];
      const { client } = connect(simulator, account);
      simulator.script(fail(validationError('TOOL_SCHEMA_INVALID')));
      for (const conversationId of ['c-1', 'c-1', 'c-2']) {
        simulator.script(text('Hi'), closing());
        await collect(client.chat(chatOf('Hi', { tools, conversationId }), opus(), { signal }));
      }
      const sent = simulator.chats.map(({ body }) => JSON.stringify(body).includes('anyOf'));
      assert.deepEqual(sent, [true, false, false, true]);
    });

    it('leaves effort out for the rest of the conversation at the level that was refused, and at no other', async () => {
      const { client } = connect(simulator, account);
      simulator.script(
        fail(validationError(null, 'Invalid additionalModelRequestFields: output_config.effort')),
      );
      for (const effort of ['max', 'max', 'low', undefined]) {
        simulator.script(text('Hi'), closing());
        await collect(client.chat(chatOf('Hi', { effort, conversationId: 'c-1' }), opus(), { signal }));
      }
      const sent = simulator.chats.map(({ modelFields }) => JSON.stringify(modelFields) ?? 'none');
      assert.deepEqual(
        sent.map((fields) => [/"effort":"(\w+)"/.exec(fields)?.[1], fields.includes('adaptive')]),
        [
          ['max', true],
          [undefined, false],
          [undefined, false],
          ['low', true],
          [undefined, true],
        ],
      );
    });

    it('does not make the person wait for minutes', async () => {
      simulator.script(fail(throttled(null, 300)));
      const error = await failureOf(ask());
      assert.deepEqual([error.code, error.retryAfterMs], ['rate-limited', 300_000]);
      assert.equal(simulator.chats.length, 1);
    });

    const final: [string, () => ReturnType<typeof monthlyLimit>, string][] = [
      ['a used-up quota', monthlyLimit, 'quota'],
      ['a suspension', suspended, 'suspended'],
      ['an overflow', inputTooLong, 'too-long'],
      ['a malformed request', () => validationError(), 'bad-request'],
      ['a missing entitlement', () => accessDenied('No.', 'FEATURE_NOT_SUPPORTED'), 'forbidden'],
    ];
    for (const [name, refusal, code] of final) {
      it(`does not repeat ${name}`, async () => {
        simulator.script(fail(refusal()));
        assert.equal((await failureOf(ask())).code, code);
        assert.equal(simulator.chats.length, 1);
      });
    }

    it('leaves out the effort once where the model refuses the field', async () => {
      simulator.script(fail(validationError(null, 'Invalid additionalModelRequestFields: output_config')));
      simulator.script(text('Hi'), closing());
      const { client } = connect(simulator, account);
      await collect(client.chat(chatOf('Hi', { effort: 'high' }), opus(), { signal }));
      const fields = simulator.chats.map(({ modelFields }) => modelFields);
      assert.equal(fields.length, 2);
      assert.ok(fields[0]);
      assert.equal(fields[1], undefined);
      simulator.assertDone();
    });

    it('leaves out earlier thinking once where its signature is refused', async () => {
      simulator.expectViolation('thinking-signature');
      simulator.script(text('Hi'), closing());
      const { client } = connect(simulator, account);
      const history = chatOf([
        { role: 'user', content: [{ kind: 'text', text: 'a' }] },
        {
          role: 'assistant',
          content: [
            { kind: 'thinking', text: 'from elsewhere', signature: newSignature() },
            { kind: 'text', text: 'b' },
          ],
        },
        { role: 'user', content: [{ kind: 'text', text: 'c' }] },
      ]);
      assert.equal(textOf(await collect(client.chat(history, opus(), { signal }))), 'Hi');
      assert.equal(simulator.chats.length, 2);
      simulator.assertDone();
    });

    it('never sends again after the first part', async () => {
      simulator.script(text('Half an'), breakHere());
      const error = await failureOf(ask());
      assert.deepEqual([error.code, error.reason], ['truncated', 'connection-lost']);
      assert.equal(simulator.chats.length, 1);
    });

    it('never sends again once the service had the prompt, even if nothing of the reply came', async () => {
      simulator.script(breakHere());
      assert.equal((await failureOf(ask())).code, 'truncated');
      assert.equal(simulator.chats.length, 1);
    });

    it('says what an exception inside the stream means, and which request it was', async () => {
      simulator.script(text('Half'), exceptionFrame('error', 'Busy.', 'MODEL_TEMPORARILY_UNAVAILABLE'));
      const { code, requestId } = await failureOf(ask());
      assert.equal(code, 'capacity');
      assert.match(requestId ?? '', /^[0-9a-f-]{36}$/);
    });
  });

  describe('over several hosts', () => {
    it('asks the next one where the first does not serve this kind of account, and remembers', async () => {
      simulator.script(fail(notAuthorized()));
      simulator.script(text('one'), closing());
      simulator.script(text('two'), closing());
      const { client } = connect(simulator, account, { hosts: 'real names' });
      await collect(client.chat(chatOf('Hi'), opus(), { signal }));
      await collect(client.chat(chatOf('Hi'), opus(), { signal }));
      assert.deepEqual(
        simulator.chats.map(({ request }) => request.host),
        ['runtime.us-east-1.kiro.dev', 'q.us-east-1.amazonaws.com', 'q.us-east-1.amazonaws.com'],
      );
    });

    it('asks only the one that worked before it replaces an old token', async () => {
      const { client } = connect(simulator, account, { hosts: 'real names' });
      simulator.script(text('one'), closing());
      await collect(client.chat(chatOf('Hi'), opus(), { signal }));
      simulator.script(fail(tokenRejected()));
      simulator.script(text('two'), closing());
      assert.equal(textOf(await collect(client.chat(chatOf('Hi'), opus(), { signal }))), 'two');
      assert.deepEqual(
        simulator.chats.map(({ request }) => request.host),
        Array(3).fill('runtime.us-east-1.kiro.dev'),
      );
    });

    it('asks the next one where the first cannot be connected to, and none where it may be at work', async () => {
      for (const [code, hosts] of [
        ['ECONNREFUSED', 2],
        ['ENOTFOUND', 2],
        ['UND_ERR_CONNECT_TIMEOUT', 2],
        ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 2],
        ['DEPTH_ZERO_SELF_SIGNED_CERT', 2],
        ['CERT_HAS_EXPIRED', 2],
        ['ECONNRESET', 1],
      ] as const) {
        const asked: string[] = [];
        const fetch = async (url: string) => {
          asked.push(new URL(url).host);
          throw new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
        };
        await failureOf(ask({ hosts: 'real names', fetch, resending: () => ({ times: 0, delayMs: 1 }) }));
        assert.equal(asked.length, hosts, code);
      }
    });

    it('asks the older host where the newer one wants a profile nobody knows', async () => {
      simulator.script(fail(profileArnRequired()));
      simulator.script(text('Hi'), closing());
      await collect(ask({ hosts: 'real names' }));
      assert.equal(simulator.chats.at(-1)?.request.host, 'q.us-east-1.amazonaws.com');
    });

    it('names the profile that stands for a Builder ID only where every host insists on one', async () => {
      account = simulator.addAccount({ method: 'builder-id', email });
      simulator.script(text('Hi'), closing());
      simulator.script(text('Again'), closing());
      const { client } = connect(simulator, account);
      assert.equal(textOf(await collect(client.chat(chatOf('Hi'), opus(), { signal }))), 'Hi');
      assert.equal(textOf(await collect(client.chat(chatOf('Hi'), opus(), { signal }))), 'Again');
      const arns = simulator.chats.map(({ body }) => body.profileArn);
      assert.deepEqual(arns, [undefined, builderIdProfileArn, builderIdProfileArn]);
    });

    it('starts an API key at the older host', async () => {
      account = simulator.addAccount({ method: 'api-key', email });
      simulator.script(text('Hi'), closing());
      await collect(ask({ hosts: 'real names' }));
      assert.equal(simulator.chats[0]?.request.host, 'q.us-east-1.amazonaws.com');
      simulator.assertDone();
    });

    it('goes by the profile’s region', async () => {
      account = simulator.addAccount({
        method: 'idc',
        email,
        ssoRegion: 'us-east-2',
        profileArn: 'arn:aws:codewhisperer:eu-central-1:123456789012:profile/ABCDEFGHIJKL',
      });
      simulator.script(text('Hi'), closing());
      await collect(ask({ hosts: 'real names' }));
      assert.equal(simulator.chats[0]?.request.host, 'runtime.eu-central-1.kiro.dev');
    });
  });

  describe('that is silent', () => {
    it('is given up when nothing comes', async () => {
      const gate = new Gate();
      simulator.script(waitAt(gate));
      const error = await failureOf(ask({ timeouts: { firstTokenMs: 20 } }));
      assert.deepEqual([error.code, error.reason], ['timeout', 'first-token']);
      // On a busy machine the request is given up before it arrives.
      assert.ok(simulator.chats.length <= 1);
    });

    it('is given up when it stops in the middle', async () => {
      const gate = new Gate();
      simulator.script(text('Half'), waitAt(gate));
      const error = await failureOf(ask({ timeouts: { idleMs: 20 } }));
      assert.deepEqual([error.code, error.reason], ['timeout', 'idle']);
    });
  });

  it('is given up when it takes too long in all', async () => {
    const gate = new Gate();
    simulator.script(text('On and'), waitAt(gate));
    const error = await failureOf(ask({ timeouts: { totalMs: 20 } }));
    assert.deepEqual([error.code, error.reason], ['timeout', 'total']);
  });

  it('keeps replies that come at the same time apart', async () => {
    const { client } = connect(simulator, account);
    const gates = [new Gate(), new Gate()] as const;
    for (const [index, id] of ['claude-opus-4.8', 'claude-sonnet-4.5'].entries()) {
      simulator.scriptWhen(
        ({ modelId }) => modelId === id,
        toolCallFragments({ id: 't1', name: id, fragments: [`{"n":${index}`], stop: false }),
        waitAt(gates[index] ?? new Gate()),
        event('toolUseEvent', { toolUseId: 't1', input: '}', stop: true }),
        closing(),
      );
    }
    const answers = ['claude-opus-4.8', 'claude-sonnet-4.5'].map((modelId) =>
      collect(client.chat(chatOf('Hi', { modelId }), modelOf(account, modelId), { signal })),
    );
    await Promise.all(gates.map(({ reached }) => reached));
    for (const gate of gates) gate.open();
    const calls = (await Promise.all(answers)).map(([call]) => call);
    assert.deepEqual(calls, [
      { kind: 'toolCall', id: 't1', name: 'claude-opus-4.8', input: { n: 0 } },
      { kind: 'toolCall', id: 't1', name: 'claude-sonnet-4.5', input: { n: 1 } },
    ]);
    simulator.assertDone();
  });

  it('does not end with another one', async () => {
    simulator.script(text('Half'), waitAt(new Gate()));
    simulator.script(text('Whole'), closing());
    const { client } = connect(simulator, account);
    const first = client.chat(chatOf('Hi'), opus(), { signal });
    await first.next();
    assert.equal(textOf(await collect(client.chat(chatOf('Hi'), opus(), { signal }))), 'Whole');
    await first.return(undefined);
  });

  it('closes the connection when the person stops it', async () => {
    const gate = new Gate();
    simulator.script(text('Half'), waitAt(gate));
    const controller = new AbortController();
    const { client } = connect(simulator, account);
    const answer = client.chat(chatOf('Hi'), opus(), { signal: controller.signal });
    await answer.next();
    controller.abort();
    await assert.rejects(answer.next(), { name: 'AbortError' });
    await simulator.chats[0]?.request.finished;
    assert.ok(simulator.chats[0]?.request.closedEarlyAt);
  });

  it('closes the connection when nobody reads on', async () => {
    const gate = new Gate();
    simulator.script(text('Half'), waitAt(gate));
    const answer = ask();
    await answer.next();
    await answer.return(undefined);
    await simulator.chats[0]?.request.finished;
    assert.ok(simulator.chats[0]?.request.closedEarlyAt);
  });
});
