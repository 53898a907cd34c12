// What was posted to the list, in order; each posting is a branch of its own from `main`, so that its mails apply
// there.
import { BUOYS, CLOCK, DIM, FOG, fn, GUIDE, patch } from './patches.mjs'

const changed = (patches, note) => patches.map((item) => ({ ...item, lines: [...item.lines, note, ''] }))

const posting = (key, author, day, patches, more = {}) => ({ key, author, day, patches, version: 1, ...more })

/** Every posting with its replies: `[who, number of the mail it answers (0: cover), text]`. */
export const POSTINGS = [
  posting('dim-v1', 'lukasz', 1, DIM, {
    cover: { subject: 'lamp: dim and brighten', text: 'This teaches the lamp more than on and off.' },
    replies: [
      ['mira', 0, 'Lovely! The mole will be grateful.'],
      ['jose', 1, 'What happens at level 0: off, or just very dim?'],
      ['lukasz', 1, 'Off. I will say so in v2.'],
      ['ola', 2, 'Reviewed-by: Ola Nordlys <ola@nordlys.example.net>'],
      ['asa', 3, 'Nit: the panel has only two digits.'],
    ],
  }),
  posting('guide', 'jose', 2, GUIDE, {
    cover: { subject: 'docs: a guide for keepers', text: 'So far it was handed on by word of mouth.' },
    replies: [
      ['mira', 1, 'Acked-by: Mira Keeper <mira@lanterna.example.org>'],
      [
        'yamada',
        2,
        '霧の日のことも書いてくださってありがとう。\n\nReviewed-by: 山田 灯 <yamada@toudai.example.com>',
      ],
      ['mira', 0, 'Applied both, thank you.'],
    ],
  }),
  posting(
    'typo',
    'asa',
    3,
    [
      patch('README: spell lighthouse right', 'It is one word.', 'README', [
        'Lanterna keeps the lights of a lighthouse and its harbour.',
        '',
      ]),
    ],
    {
      replies: [
        ['ola', 1, 'Acked-by: Ola Nordlys <ola@nordlys.example.net>'],
        ['mira', 1, 'Applied.'],
      ],
    },
  ),
  posting('buoys-v1', 'yamada', 4, BUOYS, {
    cover: { subject: 'net: talk to the buoys', text: 'Until now each buoy was set by rowing there.' },
    replies: [
      ['ola', 0, 'My back thanks you already.'],
      ['lukasz', 2, 'Could the table be sorted? Searching it is linear.'],
      ['yamada', 2, 'There are nine buoys.'],
      ['lukasz', 2, 'Fair enough.\n\nReviewed-by: Łukasz Żuraw <lukasz@zuraw.example.com>'],
      ['asa', 3, 'A day is long. An hour?'],
      ['jose', 5, 'Tested-by: José Faro <jose.faro@example.net>'],
    ],
  }),
  posting('dim-v2', 'lukasz', 6, changed(DIM, '/* 0 is off */'), {
    version: 2,
    answers: 'dim-v1',
    cover: {
      subject: 'lamp: dim and brighten',
      text: 'Changes in v2:\n - level 0 is off, and the comments say so',
    },
    replies: [
      ['jose', 1, 'Acked-by: José Faro <jose.faro@example.net>'],
      ['asa', 3, 'Acked-by: Åsa Ångström <asa@angstrom.example.org>'],
      ['mira', 0, 'Tested-by: Mira Keeper <mira@lanterna.example.org>'],
      ['mira', 0, 'Applied to for-next.'],
    ],
  }),
  posting(
    'rfc',
    'ola',
    7,
    [
      patch(
        'panel: a button for everything',
        'Is this wanted? It would do what the keeper means.',
        'button.c',
        fn('panel_button', 'return 42;'),
      ),
    ],
    {
      prefix: 'RFC PATCH',
      replies: [
        ['mira', 1, 'How does it know what I mean?'],
        ['ola', 1, 'That is the part I would like comments on.'],
        ['yamada', 1, 'NAK, sadly.'],
      ],
    },
  ),
  posting('buoys-v2', 'yamada', 9, changed(BUOYS, '/* an hour, not a day */'), {
    version: 2,
    cover: { subject: 'net: talk to the buoys', text: 'Changes in v2:\n - forget after an hour (Åsa)' },
    replies: [
      ['asa', 3, 'Reviewed-by: Åsa Ångström <asa@angstrom.example.org>'],
      ['lukasz', 4, 'The channel in front of the yard has lamps on one side only.'],
      ['yamada', 4, 'I did not know. Will fix.'],
    ],
  }),
  posting('clock', 'asa', 11, CLOCK, {
    cover: {
      subject: 'clock: know when it gets dark',
      text: 'The keeper may go to the pub before dusk.\n\nDepends-on: <dim-v2-0@lanterna.example.org>',
    },
    replies: [
      ['mira', 0, 'May she?'],
      [
        'ola',
        2,
        'Fixes: 1234567 ("lamp: forget the time of day")\nReviewed-by: Ola Nordlys <ola@nordlys.example.net>',
      ],
      ['jose', 3, 'Tested-by: José Faro <jose.faro@example.net>'],
      ['lukasz', 4, 'Acked-by: Łukasz Żuraw <lukasz@zuraw.example.com>'],
    ],
  }),
  posting(
    'icon',
    'mira',
    12,
    [patch('panel: an icon for the lamp', 'One pixel, but a bright one.', 'icon.png', undefined)],
    {
      replies: [['jose', 1, 'Acked-by: José Faro <jose.faro@example.net>']],
    },
  ),
  posting('buoys-v3', 'yamada', 14, changed(BUOYS, '/* channels with one side */'), {
    version: 3,
    cover: {
      subject: 'net: talk to the buoys',
      text: 'Changes in v3:\n - channels may have lamps on one side only (Łukasz)',
    },
    replies: [
      ['lukasz', 4, 'Reviewed-by: Łukasz Żuraw <lukasz@zuraw.example.com>'],
      ['ola', 0, 'For the series:\n\nTested-by: Ola Nordlys <ola@nordlys.example.net>'],
      ['mira', 0, 'Applied to for-next. No more rowing!'],
    ],
  }),
  posting(
    'leak',
    'jose',
    16,
    [patch('lamp: do not leak oil', 'Found by the smell.', 'oil.c', fn('lamp_oil', 'return 0;'))],
    {
      replies: [
        ['mira', 1, 'Acked-by: Mira Keeper <mira@lanterna.example.org>'],
        ['asa', 1, 'Does it need to go into the stable tree?'],
        ['jose', 1, 'Yes, the old ones smell as well.'],
      ],
    },
  ),
  posting(
    'wick',
    'ola',
    18,
    [
      patch(
        'lamp: warn when the wick is short',
        'Half a night before it is over.',
        'wick.c',
        fn('lamp_wick', 'return lamp->level;'),
      ),
    ],
    {
      replies: [['lukasz', 1, 'Reviewed-by: Łukasz Żuraw <lukasz@zuraw.example.com>']],
    },
  ),
  posting('fog-v1', 'asa', 22, FOG, {
    cover: {
      subject: 'fog: see and be heard',
      text: 'Needs to know when the sun sets.\n\nDepends-on: <clock-0@lanterna.example.org>',
    },
    replies: [
      ['mira', 0, 'The pilots have asked for this for years.'],
      ['jose', 2, 'Half a mile of land, or a nautical one?'],
      ['asa', 2, 'Nautical. I will say so.'],
      ['yamada', 3, 'Reviewed-by: 山田 灯 <yamada@toudai.example.com>'],
    ],
  }),
  posting('fog-v3', 'asa', 24, changed(FOG, '/* miles are nautical */'), {
    version: 3,
    cover: {
      subject: 'fog: see and be heard',
      text: 'Changes in v3:\n - miles are nautical (José)\n - v2 went to the wrong list\n\nDepends-on: <clock-0@lanterna.example.org>',
    },
    replies: [
      ['jose', 0, 'For the series:\n\nAcked-by: José Faro <jose.faro@example.net>'],
      ['ola', 3, 'Tested-by: Ola Nordlys <ola@nordlys.example.net>\n\nMy cat hid under the bed.'],
      ['mira', 0, 'Applied to for-next, thank you!'],
    ],
  }),
  posting(
    'horn',
    'ola',
    26,
    [
      patch(
        'lamp: a horn for those without a bell',
        'Cheaper, and louder.',
        'horn.c',
        fn('lamp_horn', 'return 0;'),
      ),
    ],
    {
      replies: [
        ['mira', 1, 'Only by day, please.'],
        ['lukasz', 1, 'Nacked-by: everybody who sleeps near the mole'],
      ],
    },
  ),
]

/** A request to pull, as `git request-pull` writes it. */
export const PULL_REQUEST = `Hello Mira,

please pull the changes to the network for the next release.

The following changes since commit 1f0c4c1d0d2a5d5e0b7f6a7f0d3f9f1a2b3c4d5e:

  Lanterna 2.0 (2026-09-30 12:00:00 +0000)

are available in the Git repository at:

  https://git.toudai.example.com/lanterna.git tags/net-for-2.1

for you to fetch changes up to 9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b:

  docs: describe the beacon (2026-10-14 09:00:00 +0000)

----------------------------------------------------------------
山田 灯 (5):
      net: find buoys by their beacon
      net: keep a table of buoys
      net: forget buoys that drifted away
      net: set all lamps of a channel at once
      docs: describe the beacon
`
