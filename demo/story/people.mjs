// Who develops Lanterna, the controller of harbour lights that exists nowhere but in this archive.

export const PEOPLE = {
  mira: { name: 'Mira Keeper', email: 'mira@lanterna.example.org' },
  lukasz: { name: 'Łukasz Żuraw', email: 'lukasz@zuraw.example.com' },
  jose: { name: 'José Faro', email: 'jose.faro@example.net' },
  asa: { name: 'Åsa Ångström', email: 'asa@angstrom.example.org' },
  yamada: { name: '山田 灯', email: 'yamada@toudai.example.com' },
  ola: { name: 'Ola Nordlys', email: 'ola@nordlys.example.net' },
}
