// What the patches of the story change. A patch names its file and the lines that it puts in.

/** Lines of a C function, so that every patch has something to say. */
export const fn = (name, body) => [`int ${name}(struct lamp *lamp)`, '{', `\t${body}`, '}', '']

export const patch = (subject, message, file, lines, author) => ({ subject, message, file, lines, author })

export const DIM = [
  patch(
    'lamp: add a level of brightness',
    'A lamp is on or off so far. Fishermen who sleep near the mole would like\nsomething in between.',
    'lamp.c',
    fn('lamp_set_level', 'return lamp->write(lamp, lamp->level);'),
  ),
  patch(
    'lamp: fade instead of jumping',
    'Step through the levels, so that nobody is startled.',
    'fade.c',
    fn('lamp_fade', 'return lamp_set_level(lamp);'),
  ),
  patch(
    'panel: show the level',
    'The keeper wants to see what she has set.',
    'panel.c',
    fn('panel_show_level', 'return lamp->level;'),
  ),
]

export const BUOYS = [
  patch(
    'net: find buoys by their beacon',
    'Buoys announce themselves once a minute. Listen for that.',
    'net/find.c',
    fn('net_find', 'return net_listen(lamp, 60);'),
  ),
  patch(
    'net: keep a table of buoys',
    'Keyed by their number, which is painted on them, too.',
    'net/table.c',
    fn('net_table', 'return 0;'),
  ),
  patch(
    'net: forget buoys that drifted away',
    'A buoy that was silent for a day is lost or stolen.',
    'net/forget.c',
    fn('net_forget', 'return net_table(lamp);'),
  ),
  patch(
    'net: set all lamps of a channel at once',
    'Entering ships dislike it when the sides change one by one.',
    'net/channel.c',
    fn('net_channel', 'return lamp_set_level(lamp);'),
  ),
  patch('docs: describe the beacon', 'Twelve bytes, and why there is no thirteenth.', 'docs/beacon.txt', [
    'The beacon has twelve bytes.',
    'A thirteenth would bring bad luck.',
    '',
  ]),
]

export const CLOCK = [
  patch(
    'clock: count seconds since midnight',
    'Not since 1970: harbour lights care about the evening.',
    'clock.c',
    fn('clock_now', 'return 0;'),
  ),
  patch(
    'clock: know when the sun sets',
    'By a table of the hydrographic office, one line a week.',
    'sun.c',
    fn('sun_set', 'return 64800;'),
  ),
  patch(
    'clock: switch on before it is dark',
    'A quarter of an hour, as the regulations have it.',
    'dusk.c',
    fn('clock_dusk', 'return sun_set(lamp) - 900;'),
  ),
  patch(
    'tests: let a year go by',
    'In four seconds.',
    'tests/year.c',
    fn('test_year', 'return clock_dusk(lamp);'),
  ),
]

export const GUIDE = [
  patch('docs: begin a guide for keepers', 'For whoever takes over the night shift.', 'docs/guide.txt', [
    'Lanterna, a guide',
    '',
    'Light the lamp when it gets dark.',
    '',
  ]),
  patch('docs: say what to do in fog', 'Asked for by the pilots.', 'docs/fog.txt', [
    'In fog, light it by day as well.',
    'Ring the bell – slowly.',
    '',
  ]),
]

export const FOG = [
  patch(
    'fog: measure how far one can see',
    'By a lamp on the mole and an eye in the tower.',
    'fog/sight.c',
    fn('fog_sight', 'return lamp->level;'),
  ),
  patch(
    'fog: light the lamp by day',
    'Below half a mile, as the guide says.',
    'fog/day.c',
    fn('fog_day', 'return fog_sight(lamp);'),
  ),
  patch(
    'fog: ring the bell',
    'Two strokes, every ten seconds – slowly.',
    'fog/bell.c',
    fn('fog_bell', 'return fog_day(lamp);'),
  ),
  patch('docs: bells and fog', 'So that nobody takes them for the tea bell.', 'docs/bells.txt', [
    'Two strokes: fog.',
    'Three strokes: tea.',
    '',
  ]),
]
