//! Bytes that the format fixes, with what they say.

/// Name, bytes, and the one instruction they hold.
pub const INSTRUCTIONS: &[(&str, &str, &str)] = &[
    ("AddTable toplevel int pk", "3F0003466F6F3F0102706B000000010101", "AddTable Foo key \"pk\" Int?"),
    ("AddTable asym string pk", "3F0003466F6F3F01035F6964000002010300", "AddTable Foo asymmetric key \"_id\" String"),
    ("AddTable nopk (GlobalKey)", "3F0003466F6F3F0100000000014000", "AddTable Foo key \"\" GlobalKey"),
    ("AddTable embedded", "3F0003456D62000001", "AddTable Emb embedded"),
    ("EraseTable", "3F0003466F6F0100", "EraseTable Foo"),
    ("AddColumn int", "3F0003466F6F3F0101663F0200060001010000", "AddColumn Foo.f Int Single"),
    ("AddColumn link list", "3F0003466F6F3F0101663F020342617206000109000102", "AddColumn Foo.f Link<Bar> List"),
    ("AddColumn mixed", "3F0003466F6F3F0101663F0200060001000100", "AddColumn Foo.f Mixed? Single"),
    (
        "AddColumn dict<string,link>",
        "3F0003466F6F3F0101663F02034261720600010901020203",
        "AddColumn Foo.f Link<Bar>? Dictionary",
    ),
    ("AddColumn set<uuid>", "3F0003466F6F3F0101663F02000600010B0003", "AddColumn Foo.f Uuid Set"),
    ("EraseColumn", "3F0003466F6F3F010166070001", "EraseColumn Foo.f"),
    ("CreateObject int 123", "3F0003466F6F020001FB00", "CreateObject Foo[123]"),
    ("CreateObject null", "3F0003466F6F020000", "CreateObject Foo[null]"),
    ("CreateObject string", "3F0003466F6F3F010361626302000301", "CreateObject Foo[\"abc\"]"),
    ("CreateObject globalkey", "3F0003466F6F0200400207", "CreateObject Foo[2-7]"),
    (
        "CreateObject objectid",
        "3F0003466F6F02000A00112233445566778899AABB",
        "CreateObject Foo[00112233445566778899aabb]",
    ),
    (
        "CreateObject uuid",
        "3F0003466F6F02000B00112233445566778899AABBCCDDEEFF",
        "CreateObject Foo[00112233-4455-6677-8899-aabbccddeeff]",
    ),
    ("EraseObject int -1", "3F0003466F6F03000140", "EraseObject Foo[-1]"),
    ("Update int 500", "3F0003466F6F3F01016604000101010001F40300", "Update Foo[1].f = 500"),
    ("Update int 5 default", "3F0003466F6F3F010166040001010100010501", "Update Foo[1].f = 5 default"),
    ("Update null", "3F0003466F6F3F0101660400010101000000", "Update Foo[1].f = null"),
    ("Update bool", "3F0003466F6F3F010166040001010100020100", "Update Foo[1].f = true"),
    ("Update string", "3F0003466F6F3F0101660400010101000302686900", "Update Foo[1].f = \"hi\""),
    ("Update binary", "3F0003466F6F3F010166040001010100040200FF00", "Update Foo[1].f = 0x00ff"),
    ("Update timestamp 1s 5ns", "3F0003466F6F3F01016604000101010005010500", "Update Foo[1].f = 1s+5ns"),
    ("Update timestamp -1s -5ns", "3F0003466F6F3F01016604000101010005404400", "Update Foo[1].f = -1s-5ns"),
    ("Update float 1.5", "3F0003466F6F3F010166040001010100060000C03F00", "Update Foo[1].f = 1.5f"),
    ("Update double 1.5", "3F0003466F6F3F01016604000101010007000000000000F83F00", "Update Foo[1].f = 1.5"),
    ("Update decimal 1.5", "3F0003466F6F3F010166040001010100080F400000", "Update Foo[1].f = 1.5m"),
    ("Update decimal -12345", "3F0003466F6F3F01016604000101010008B9E000000100", "Update Foo[1].f = -12345m"),
    ("Update decimal 0", "3F0003466F6F3F0101660400010101000800000000", "Update Foo[1].f = 0m"),
    (
        "Update decimal max34",
        "3F0003466F6F3F01016604000101010008FFFFFFFFBFCCE3C6B7809FECEAB7C2F601DF2F0000",
        "Update Foo[1].f = 9.999999999999999999999999999999999E+6144m",
    ),
    ("Update decimal 1E-6176", "3F0003466F6F3F01016604000101010008019F700000", "Update Foo[1].f = 1E-6176m"),
    ("Update decimal NaN", "3F0003466F6F3F0101660400010101000800E0CB000000", "Update Foo[1].f = NaNm"),
    ("Update decimal Inf", "3F0003466F6F3F0101660400010101000800E0C7000000", "Update Foo[1].f = Infm"),
    ("Update decimal -Inf", "3F0003466F6F3F0101660400010101000800E0C7000100", "Update Foo[1].f = -Infm"),
    (
        "Update objectid",
        "3F0003466F6F3F0101660400010101000A00112233445566778899AABB00",
        "Update Foo[1].f = 00112233445566778899aabb",
    ),
    (
        "Update uuid",
        "3F0003466F6F3F0101660400010101000B00112233445566778899AABBCCDDEEFF00",
        "Update Foo[1].f = 00112233-4455-6677-8899-aabbccddeeff",
    ),
    ("Update link Bar int 7", "3F00034261723F0103466F6F3F0201660401010102000900010700", "Update Foo[1].f = Bar[7]"),
    ("Update ObjectValue", "3F0003466F6F3F0101660400010101004100", "Update Foo[1].f = ObjectValue"),
    ("Update Dictionary", "3F0003466F6F3F0101660400010101004200", "Update Foo[1].f = Dictionary"),
    ("Update Erased", "3F0003466F6F3F0101660400010101004300", "Update Foo[1].f = Erased"),
    ("Update List", "3F0003466F6F3F0101660400010101004400", "Update Foo[1].f = List"),
    ("Update Set", "3F0003466F6F3F0101660400010101004500", "Update Foo[1].f = Set"),
    (
        "Update array [123] prior 500",
        "3F0003466F6F3F0103626172040001FB000101FB0000F403",
        "Update Foo[123].bar[123] = null size=500",
    ),
    (
        "Update deep .baz.lol[123]",
        "3F0003466F6F3F01036261723F020362617A3F03036C6F6C040001FB00010340024003FB0000F403",
        "Update Foo[123].bar.baz.lol[123] = null size=500",
    ),
    ("AddInteger -3", "3F0003466F6F3F01016605000101010042", "AddInteger Foo[1].f -3"),
    (
        "ArrayInsert",
        "3F0003466F6F3F0103666F6F3F02036C6F6C0800000104FB00EA01400205030D48656C6C6F2C20576F726C6421FB00",
        "ArrayInsert Foo[null].foo[123][234].lol[5] = \"Hello, World!\" size=123",
    ),
    ("ArrayMove", "3F0003466F6F3F01016C090001010101020003", "ArrayMove Foo[1].l[2] to 0 size=3"),
    ("ArrayErase", "3F0003466F6F3F01016C0A00010101010203", "ArrayErase Foo[1].l[2] size=3"),
    ("Clear list", "3F0003466F6F3F01016C0B000101010001", "Clear Foo[1].l List"),
    ("Clear dict", "3F0003466F6F3F01016C0B000101010002", "Clear Foo[1].l Dictionary"),
    ("Clear set", "3F0003466F6F3F01016C0B000101010003", "Clear Foo[1].l Set"),
    ("Clear single", "3F0003466F6F3F01016C0B000101010000", "Clear Foo[1].l Single"),
    ("SetInsert 9", "3F0003466F6F3F0101730C00010101000109", "SetInsert Foo[1].s 9"),
    ("SetErase 9", "3F0003466F6F3F0101730D00010101000109", "SetErase Foo[1].s 9"),
];

/// Whole transactions: name, bytes, instructions.
pub const TRANSACTIONS: &[(&str, &str, &[&str])] = &[
    (
        "schema",
        "3F0006506572736F6E3F01035F6964000000010A003F02046E616D653F03000600020301003F04046E756D73 \
         0600040100013F050570726F7073060005000102033F0603616E790600060001003F0704416464720007013F \
         0804636974790607080300003F090461646472060009090100073F0A05616464727306000A090001073F0B06 \
         667269656E6406000B090100003F0C047461677306000C010003",
        &[
            "AddTable Person key \"_id\" ObjectId",
            "AddColumn Person.name String? Single",
            "AddColumn Person.nums Int List",
            "AddColumn Person.props Mixed? Dictionary",
            "AddColumn Person.any Mixed? Single",
            "AddTable Addr embedded",
            "AddColumn Addr.city String Single",
            "AddColumn Person.addr Link<Addr>? Single",
            "AddColumn Person.addrs Link<Addr> List",
            "AddColumn Person.friend Link<Person>? Single",
            "AddColumn Person.tags Int Set",
        ],
    ),
    (
        "create",
        "3F0006506572736F6E02000A00112233445566778899AABB3F01046E616D6504000A00112233445566778899 \
         AABB010003034A6F6500",
        &["CreateObject Person[00112233445566778899aabb]", "Update Person[00112233445566778899aabb].name = \"Joe\""],
    ),
    (
        "list ops",
        "3F0006506572736F6E3F01046E756D7308000A00112233445566778899AABB010100010A0008000A00112233 \
         445566778899AABB01010101140104000A00112233445566778899AABB010100010B0209000A001122334455 \
         66778899AABB01010100020A000A00112233445566778899AABB010101020B000A00112233445566778899AA \
         BB010001",
        &[
            "ArrayInsert Person[00112233445566778899aabb].nums[0] = 10 size=0",
            "ArrayInsert Person[00112233445566778899aabb].nums[1] = 20 size=1",
            "Update Person[00112233445566778899aabb].nums[0] = 11 size=2",
            "ArrayMove Person[00112233445566778899aabb].nums[1] to 0 size=2",
            "ArrayErase Person[00112233445566778899aabb].nums[1] size=2",
            "Clear Person[00112233445566778899aabb].nums List",
        ],
    ),
    (
        "dict ops",
        "3F0006506572736F6E3F010570726F70733F02016B04000A00112233445566778899AABB0101400201010004 \
         000A00112233445566778899AABB01014002030374776F0004000A00112233445566778899AABB0101400243 \
         00",
        &[
            "Update Person[00112233445566778899aabb].props.k = 1",
            "Update Person[00112233445566778899aabb].props.k = \"two\"",
            "Update Person[00112233445566778899aabb].props.k = Erased",
        ],
    ),
    (
        "embedded",
        "3F0006506572736F6E3F01046164647204000A00112233445566778899AABB010041003F0204416464723F03 \
         046369747904000A00112233445566778899AABB01014003030158003F0405616464727308000A0011223344 \
         5566778899AABB040100410004000A00112233445566778899AABB0402004003030159000A000A0011223344 \
         5566778899AABB0401000108000A00112233445566778899AABB040100410004000A00112233445566778899 \
         AABB040200400303015A0004000A00112233445566778899AABB01000000",
        &[
            "Update Person[00112233445566778899aabb].addr = ObjectValue",
            "Update Person[00112233445566778899aabb].addr.city = \"X\"",
            "ArrayInsert Person[00112233445566778899aabb].addrs[0] = ObjectValue size=0",
            "Update Person[00112233445566778899aabb].addrs[0].city = \"Y\"",
            "ArrayErase Person[00112233445566778899aabb].addrs[0] size=1",
            "ArrayInsert Person[00112233445566778899aabb].addrs[0] = ObjectValue size=0",
            "Update Person[00112233445566778899aabb].addrs[0].city = \"Z\"",
            "Update Person[00112233445566778899aabb].addr = null",
        ],
    ),
    (
        "nested mixed",
        "3F0006506572736F6E3F0103616E7904000A00112233445566778899AABB010042003F02016C04000A001122 \
         33445566778899AABB01014002440008000A00112233445566778899AABB010240020001010008000A001122 \
         33445566778899AABB010240020142013F03017A04000A00112233445566778899AABB010340020140030700 \
         00000000000C400004000A00112233445566778899AABB0102400200010202",
        &[
            "Update Person[00112233445566778899aabb].any = Dictionary",
            "Update Person[00112233445566778899aabb].any.l = List",
            "ArrayInsert Person[00112233445566778899aabb].any.l[0] = 1 size=0",
            "ArrayInsert Person[00112233445566778899aabb].any.l[1] = Dictionary size=1",
            "Update Person[00112233445566778899aabb].any.l[1].z = 3.5",
            "Update Person[00112233445566778899aabb].any.l[0] = 2 size=2",
        ],
    ),
    (
        "nested clear",
        "3F0006506572736F6E3F0103616E793F02016C0B000A00112233445566778899AABB01014002010B000A0011 \
         2233445566778899AABB01000204000A00112233445566778899AABB0100440004000A001122334455667788 \
         99AABB01000000",
        &[
            "Clear Person[00112233445566778899aabb].any.l List",
            "Clear Person[00112233445566778899aabb].any Dictionary",
            "Update Person[00112233445566778899aabb].any = List",
            "Update Person[00112233445566778899aabb].any = null",
        ],
    ),
    (
        "links+set",
        "3F0006506572736F6E02000AFFFFFFFFFFFFFFFFFFFFFFFF3F0106667269656E6404000A0011223344556677 \
         8899AABB010009000AFFFFFFFFFFFFFFFFFFFFFFFF003F0203616E7904000A00112233445566778899AABB02 \
         0009000AFFFFFFFFFFFFFFFFFFFFFFFF003F0304746167730C000A00112233445566778899AABB030001030D \
         000A00112233445566778899AABB030001030C000A00112233445566778899AABB030001040B000A00112233 \
         445566778899AABB030003",
        &[
            "CreateObject Person[ffffffffffffffffffffffff]",
            "Update Person[00112233445566778899aabb].friend = Person[ffffffffffffffffffffffff]",
            "Update Person[00112233445566778899aabb].any = Person[ffffffffffffffffffffffff]",
            "SetInsert Person[00112233445566778899aabb].tags 3",
            "SetErase Person[00112233445566778899aabb].tags 3",
            "SetInsert Person[00112233445566778899aabb].tags 4",
            "Clear Person[00112233445566778899aabb].tags Set",
        ],
    ),
    (
        "erase target",
        "3F0006506572736F6E3F0106667269656E6404000A00112233445566778899AABB010000003F0203616E7904 \
         000A00112233445566778899AABB0200000003000AFFFFFFFFFFFFFFFFFFFFFFFF",
        &[
            "Update Person[00112233445566778899aabb].friend = null",
            "Update Person[00112233445566778899aabb].any = null",
            "EraseObject Person[ffffffffffffffffffffffff]",
        ],
    ),
];
