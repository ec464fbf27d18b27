import assert from 'node:assert/strict';
import MarkdownIt from 'markdown-it';
import { type DefaultTreeAdapterMap, parse } from 'parse5';
import * as v from 'valibot';
import { readErrorResponse } from '../../../src/base/errorResponse';
import { doctorDocument } from '../../../src/doctor/doctorPage';
import { parseModelsPage } from '../../../src/kiro/account/models';
import { readUsageLimits, UsageLimits } from '../../../src/kiro/account/usage/usageLimits';
import { serviceError } from '../../../src/kiro/transport/serviceError';
import { Calendar } from '../../../src/usage/calendar';
import { usageDocument, usageRest } from '../../../src/usage/page/usagePage';
import { fullSentenceFor } from '../../../src/vscode/messages/errorSentences';
import { escaped } from '../../../src/vscode/messages/usageWords';

const hostile: Readonly<Record<string, string>> = {
  markup: '<img src=x onerror="alert(1)"></span></style></script><script>alert(1)</script>',
  'a button': '"><button data-ask="fix" data-of="forged">Fix</button>',
  'a link that runs a command': '[Sign In](command:workbench.action.quit)',
  'a link in a link': '[a [b](command:c)](command:d) [e]( command:f ) [g]\n(command:h)',
  'a link that hides where it leads': '[https://kiro.dev](https://evil.example)',
  'an address that ends in a link': 'See https://kiro.dev](command:x) and https://a.b/(c)[d](command:e)',
  'a link by reference': '[x][y]\n\n[y]: command:z',
  'a picture': '![x](https://evil.example/p.png)',
  'other markup':
    '`code` **bold** _it_ ~~no~~\n# Title\n\n- list\n\n| a | b |\n|---|---|\n| c | d |\n\n<command:x>',
  entities: '&#91;x&#93;&#40;command:y&#41; &lt;b&gt;',
  icons: '$(trash) $$(check)',
  'a terminal’s codes':
    '\u001b[31mred\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007\u009b1m\r\n\b\0',
  'a change of direction': 'safe\u202egnp.exe\u202c \u2066x\u2069\u200b',
};
const plainly = 'Something broke';

/** What an error response with these words is told as. */
function told(words: string, quote?: (text: string) => string): string {
  const text = JSON.stringify({ message: words, reason: words, __type: words });
  const headers = new Headers();
  headers.set('x-amzn-requestid', words.replace(/[^\x20-\x7e]/g, '?'));
  return fullSentenceFor(serviceError(readErrorResponse({ status: 400, headers, text }, 0)), quote);
}

const markdown = new MarkdownIt({ html: true, linkify: true });
/** What a text comes to in Markdown, beside texts and addresses that lead where they say. */
function markupOf(text: string): string[] {
  const all = markdown.parse(text, {}).flatMap((token) => [token, ...(token.children ?? [])]);
  return all.flatMap(({ type, attrs }, index) => {
    const isHonest = attrs?.some(([, value]) => value === all[index + 1]?.content);
    const isText = ['paragraph_open', 'paragraph_close', 'inline', 'text', 'link_close'].includes(type);
    return isText || isHonest ? [] : [`${type} ${JSON.stringify(attrs)}`];
  });
}

type Node = DefaultTreeAdapterMap['node'];
/** The elements of a document, in order, with the names of their attributes, and what decides what they do. */
function elementsOf(node: Node): string[] {
  const inside = 'childNodes' in node ? node.childNodes.flatMap(elementsOf) : [];
  if (!('tagName' in node)) return inside;
  const attributes = node.attrs.map(({ name, value }) =>
    ['nonce', 'data-ask', 'data-of', 'content', 'href', 'src'].includes(name) ? `${name}=${value}` : name,
  );
  return [`${node.tagName} ${attributes.join(' ')}`, ...inside];
}

function pagesWith(words: string): Record<string, string> {
  const turn = {
    at: 0,
    accountId: 'a',
    model: words,
    kind: 'chat',
    chat: 'c',
    effort: words,
    credits: 1,
  } as const;
  const usage = {
    ...{ now: 1000, turns: [turn], unreadable: 0, calendar: new Calendar('UTC') },
    ...{ labelOf: () => words, nameOf: () => words },
  };
  const row = { title: words, state: 'problem', text: words, fix: { label: words, of: 'own' } } as const;
  const setting = {
    name: 'region',
    value: words,
    written: words,
    declared: { type: 'string' },
    variable: words,
  };
  const doctor = {
    sections: [{ title: words, checks: [{ id: 'accounts' as const, rows: [row] }] }],
    settings: [{ ...setting, source: 'user' as const, unread: [] }],
    progress: { isRunning: false, done: 1, all: 1, problems: 1 },
    test: row,
  };
  return {
    usage: usageDocument(usage, 'n'),
    doctor: doctorDocument(doctor, 'n'),
    ...usageRest(usage),
  };
}

describe('what a hostile service says', () => {
  for (const [what, words] of Object.entries(hostile)) {
    it(`is a mere text in a chat’s error: ${what}`, () => {
      assert.deepEqual(markupOf(told(words, escaped)), markupOf(told(plainly, escaped)));
    });

    it(`is a mere text in a notification, on one line: ${what}`, () => {
      const shown = told(words);
      assert.deepEqual(
        markupOf(shown).filter((one) => /^(link|image)/.test(one)),
        [],
      );
      assert.doesNotMatch(shown, /[\p{Cc}\u200b\u202a-\u202e\u2066-\u2069]/u);
    });

    it(`adds no element and no attribute to our pages: ${what}`, () => {
      const expected = pagesWith(plainly);
      for (const [page, text] of Object.entries(pagesWith(words)))
        assert.deepEqual(elementsOf(parse(text)), elementsOf(parse(expected[page] ?? '')), page);
    });

    it(`is the name of a model, and nothing else: ${what}`, () => {
      const row = { modelId: 'a', modelName: words, description: words };
      const [model] = parseModelsPage(JSON.stringify({ models: [row] })).models;
      for (const shown of [model?.name ?? '', model?.description ?? '']) {
        assert.doesNotMatch(shown, /\]\(|\$\(|[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }
    });
  }

  it('is the name of a plan, a bonus and a person, and nothing else', () => {
    for (const words of Object.values(hostile)) {
      const amounts = { currentUsage: 1, usageLimit: 2 };
      const bonuses = [{ ...amounts, status: 'ACTIVE', displayName: words }];
      const breakdown = { ...amounts, resourceType: 'CREDIT', displayName: words, displayNamePlural: words };
      const response = {
        userInfo: { email: `${words}@example.com` },
        subscriptionInfo: { subscriptionTitle: words },
        usageBreakdownList: [{ ...breakdown, bonuses, addOns: bonuses }],
      };
      const { person, subscription } = readUsageLimits(v.parse(UsageLimits, response));
      const { credits, plan } = subscription;
      const names = [
        person.email,
        plan,
        credits?.name,
        ...(credits?.allowances ?? []).map(({ name }) => name),
      ];
      assert.ok(names.length >= 6);
      for (const name of names)
        assert.doesNotMatch(name ?? '', /\]\(|\$\(|[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    }
  });

  it('is cut off where it is long', () => {
    // What takes more than one pass over these would run into the time limit.
    for (const long of ['x ', '[', '](', '$(', 'https://a', '\u001b', '<b>'].map((one) => one.repeat(1e6)))
      assert.ok(told(long).length < 2000);
  });
});

describe('each of our pages', () => {
  it('has one script and one style, both known by the nonce, and lets nothing else run or load', () => {
    const { usage = '', doctor = '' } = pagesWith(plainly);
    for (const page of [usage, doctor]) {
      const elements = elementsOf(parse(page));
      const active = elements.filter((one) =>
        /^(script|style|link|iframe|img|object|embed|form|base|a) /.test(one),
      );
      assert.deepEqual(active, ['style nonce=n', 'script nonce=n']);
      assert.deepEqual(
        elements.filter((one) => / (on\w+|style(?!-)|src=|href=)/.test(one)),
        [],
      );
      const [policy] = elements.filter((one) => one.includes('default-src'));
      assert.ok(
        policy?.endsWith("content=default-src 'none'; style-src 'nonce-n'; script-src 'nonce-n'"),
        policy,
      );
    }
  });
});
