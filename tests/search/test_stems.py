"""Words of one family come to one stem, and no two families meet."""

from __future__ import annotations

from itertools import combinations

import pytest

from search.stems import is_right, stem, stem_of_document

# Seventy families that occur in what the portal says and in what people ask it.
_FAMILIES = """
    tahan ditahan menahan penahanan tertahan
    tipu ditipu menipu penipuan tertipu penipu
    nikah menikah dinikahkan pernikahan menikahi
    kawin perkawinan dikawinkan mengawini
    bayar membayar dibayar pembayaran dibayarkan membayarkan
    potong dipotong memotong potongan pemotongan
    tempat penempatan ditempatkan menempatkan
    kirim mengirim dikirim pengiriman kiriman
    lapor melapor laporan dilaporkan melaporkan pelaporan
    adu mengadu pengaduan aduan diadukan
    tolong menolong ditolong pertolongan
    pulang dipulangkan memulangkan pemulangan
    berangkat keberangkatan pemberangkatan diberangkatkan
    latih pelatihan melatih dilatih latihan
    periksa memeriksa diperiksa pemeriksaan
    paksa dipaksa memaksa paksaan terpaksa pemaksaan
    ancam diancam mengancam ancaman
    pukul dipukul memukul pemukulan
    jual dijual menjual penjualan
    sekap disekap menyekap penyekapan
    rekrut merekrut direkrut perekrutan
    daftar mendaftar didaftarkan pendaftaran terdaftar mendaftarkan
    jahit menjahit penjahit jahitan
    masak memasak dimasak masakan
    las mengelas pengelasan dilas
    rakit merakit perakit perakitan dirakit
    kemas mengemas pengemas pengemasan dikemas
    asuh mengasuh pengasuh pengasuhan diasuh
    rawat merawat dirawat perawatan
    jaga menjaga penjaga dijaga penjagaan
    bantu membantu dibantu bantuan
    kebun berkebun perkebunan pekebun
    tani bertani petani pertanian
    ternak beternak peternak peternakan
    ikan perikanan
    layan melayani pelayan pelayanan dilayani
    bersih membersihkan kebersihan pembersih dibersihkan
    angkut mengangkut pengangkutan diangkut
    ajar mengajar diajar pengajar
    didik mendidik dididik pendidikan pendidik
    syarat persyaratan bersyarat
    sehat kesehatan menyehatkan
    selamat keselamatan menyelamatkan diselamatkan
    aman keamanan mengamankan
    izin perizinan mengizinkan berizin diizinkan
    terima menerima diterima penerimaan penerima
    tolak menolak ditolak penolakan
    tawar menawarkan ditawari tawaran penawaran menawari
    tanda menandai ditandai
    tagih menagih ditagih penagih tagihan penagihan
    pinjam meminjam dipinjam pinjaman peminjaman
    tanya bertanya ditanya pertanyaan menanyakan
    cari mencari dicari pencarian
    simpan menyimpan disimpan penyimpanan simpanan
    sita disita menyita penyitaan
    cabut dicabut mencabut pencabutan
    lindung dilindungi melindungi perlindungan pelindungan
    hukum dihukum menghukum hukuman
    saksi bersaksi kesaksian
    dampak berdampak
    keras kekerasan mengeraskan
    leceh dilecehkan melecehkan pelecehan
    culik diculik menculik penculikan
    palsu dipalsukan memalsukan pemalsuan
    tulis menulis ditulis tertulis tulisan penulis
    telepon menelepon ditelepon
    tunggu menunggu ditunggu
    pilih memilih dipilih pilihan pemilihan
    pakai memakai dipakai pemakaian
    jemput dijemput menjemput penjemputan
"""
FAMILIES = [line.split() for line in _FAMILIES.strip().splitlines()]
# Names of trades that are no forms of a verb, with the verb.
TRADES = [("perawat", "merawat"), ("pembantu", "bantuan"), ("bayaran", "membayar"), ("nursing", "nurse")]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family[0])
def test_a_family_comes_to_one_stem(family: list[str]) -> None:
    assert len({stem(word) for word in family}) == 1, {word: stem(word) for word in family}


def test_no_two_families_meet() -> None:
    stems = {family[0]: {stem(word) for word in family} for family in FAMILIES}
    for one, other in combinations(stems, 2):
        assert not stems[one] & stems[other], (one, other)


@pytest.mark.parametrize(("trade", "verb"), TRADES)
def test_a_trade_is_another_thing_than_the_doing(trade: str, verb: str) -> None:
    assert stem(trade) == trade
    assert stem(trade) != stem(verb)


def test_english_words_come_to_their_stem_and_names_stay_apart() -> None:
    assert stem("carers") == stem("carer")
    assert stem("factories") == stem("factory")
    assert stem("fishing") == stem("fish")
    places = [
        "taipei",
        "taichung",
        "tainan",
        "taoyuan",
        "penang",
        "pinang",
        "busan",
        "osaka",
        "berlin",
        "brunei",
        "dubai",
    ]
    assert len({stem(place) for place in places}) == len(places)


def test_what_is_short_or_holds_a_digit_stays() -> None:
    for word in ("las", "ssw", "sip3mi", "2a", "12000000", ""):
        assert stem(word) == word


_RIGHT = """
    mafia kanker janda bar rokok modal merokok pemabuk rokoknya dicerai perceraian bercerai mencuri dicuri berjudi kematian
    menggugurkan dibuang membuang penyiksaan pemakaman penyelam menyanyi mengutuk menari menzalimi memfitnah membakar
"""
_DOUBTED = """
    pengasu pertanin perkawian perawt pramusji pemabntu kapl selatn perdaganagn menrokok mengbuang menkutuk
    taiwam caregiver forex xqzzyv
"""


@pytest.mark.parametrize("word", _RIGHT.split())
def test_roots_and_what_is_made_of_them_are_right(word: str) -> None:
    assert is_right(word)


@pytest.mark.parametrize("word", _DOUBTED.split())
def test_what_only_might_be_a_form_is_not_known_to_be_right(word: str) -> None:
    assert not is_right(word)


def test_nothing_that_is_typed_is_kept() -> None:
    """What a document says is kept, for speed; a question is stemmed without it (DECISIONS 40)."""
    before = stem_of_document.cache_info().currsize
    stem("xqzzyvmarkor")
    assert stem_of_document.cache_info().currsize == before
