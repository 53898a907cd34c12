/**
 * CNS 11643, whose ideographs follow the order of Big5 with few exceptions: the ideographs that Big5 has elsewhere,
 * and their index here, counted from the first ideograph of the plane.
 */
export const CNS_SYMBOLS: readonly string[] = [
  '　，、。．・；：？！\ufe30…‥\ufe50\ufe51\ufe52·\ufe54\ufe55\ufe56\ufe57\ufe31—\ufe32–\ufffd\ufffd\ufffd\ufffd（）\ufe35\ufe36｛｝\ufe37\ufe38〔〕\ufe39\ufe3a【】\ufe3b\ufe3c《》\ufe3d\ufe3e〈〉\ufe3f\ufe40「」\ufe41\ufe42『』\ufe43\ufe44\ufe59\ufe5a\ufe5b\ufe5c\ufe5d\ufe5e‘’“”〝〞′‵＃＆＊※§〃○●△▲◎☆★◇◆□■▽▼',
  '㊣℅‾\ufffd＿\ufffd\ufe49\ufe4a\ufe4d\ufe4e\ufe4b\ufe4c\ufe5f\ufe60\ufe61＋－×÷±√＜＞＝≦≧≠∞≒≡\ufe62\ufe63\ufe64\ufe66\ufe65∼∩∪⊥∠∟⊿㏒㏑∫∮∵∴♀♂♁☉↑↓→←↖↗↙↘‖｜／＼∕\ufe68＄￥〒￠￡％＠℃℉\ufe69\ufe6a\ufe6b㏕㎜㎝㎞㏎㎡㎎㎏㏄°兙兛兞兝兡兣',
  '嗧瓩糎▁▂▃▄▅▆▇█▏▎▍▌▋▊▉┼┴┬┤├▔─│▕┌┐└┘╭╮╰╯═╞╪╡◢◣◥◤╱╲╳',
  '０１２３４５６７８９ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ〡〢〣〤〥〦〧〨〩\ufffd卄\ufffdＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚΑΒΓΔΕΖΗΘΙΚ',
  'ΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρστυφχψωㄅㄆㄇㄈㄉㄊㄋㄌㄍㄎㄏㄐㄑㄒㄓㄔㄕㄖㄗㄘㄙㄚㄛㄜㄝㄞㄟㄠㄡㄢㄣㄤㄥㄦㄧㄨㄩ˙ˉˊˇˋ',
  '①②③④⑤⑥⑦⑧⑨⑩⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹ',
]

export interface CnsPlane {
  /** The row of the first ideograph, here and in Big5. */
  row: number
  big5: number
  count: number
  /** Ideographs of Big5 that are elsewhere in this plane or missing. */
  without: string
  /** Their positions, in ascending order. */
  inserted: readonly (readonly [index: number, character: string])[]
}

export const CNS_PLANES: readonly CnsPlane[] = [
  {
    row: 0x44,
    big5: 0xa4,
    count: 5401,
    without: '耄銬彝薦羅嚨',
    inserted: [
      [1836, '耄'],
      [3713, '銬'],
      [4626, '薦'],
      [4732, '彞'],
      [4900, '嚨'],
      [4956, '羅'],
    ],
  },
  {
    row: 0x21,
    big5: 0xc9,
    count: 7650,
    without: '兀刉攷筇莚笻嗀錥徻鎀磿螤鎥瀪舋鐼鬮爩',
    inserted: [
      [43, '刉'],
      [138, '攷'],
      [2146, '笻'],
      [2792, '筇'],
      [2893, '莚'],
      [4930, '錥'],
      [5077, '徻'],
      [5365, '螤'],
      [5723, '磿'],
      [6312, '鎀'],
      [6530, '舋'],
      [6644, '鎥'],
      [6787, '瀪'],
      [6904, '鐼'],
      [7589, '鬮'],
      [7645, '爩'],
    ],
  },
]
