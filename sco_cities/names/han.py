"""Chinese names: simplified characters and readings."""

from sco_cities.core import tokenizer

# Traditional characters that occur in names, each before its simplified one.
_PAIRS = (
    "別别廈厦廣广瀋沈長长爾尔濱滨鄭郑烏乌魯鲁齊齐慶庆門门東东陽阳寧宁漢汉蘭兰蘇苏揚扬連连雲云島岛邊边龍龙馬马達达葉叶"
    "納纳倫伦貝贝羅罗維维諾诺頓顿頭头聖圣喬乔亞亚歐欧國国華华學学組组織织際际經经濟济貿贸區区書书處处會会議议"
    "論论壇坛協协關关係系開开發发術术醫医藥药機机構构聯联絲丝綢绸綠绿環环數数據据電电動动車车鐵铁運运輸输務务"
    "業业產产農农員员總总統统創创資资訊讯習习場场館馆飛飞黨党兒儿幾几個个義义億亿優优傳传備备傑杰側侧債债傷伤"
    "價价儀仪侖仑兩两剛刚劉刘則则勝胜勞劳勢势單单廠厂歷历壓压參参雙双號号嘆叹園园圍围圖图團团執执堅坚報报塊块"
    "壯壮夢梦夾夹奮奋婦妇媽妈孫孙寶宝實实審审專专將将對对導导屆届層层岡冈峽峡嶺岭幣币師师帶带幹干廟庙應应庫库"
    "張张彈弹強强彎弯後后從从徑径復复徵征徹彻愛爱態态憲宪懷怀戰战戲戏擁拥擔担擴扩攝摄敗败敵敌斷断時时晉晋暉晖"
    "曉晓楊杨極极榮荣樂乐樓楼標标樹树橋桥檢检權权歲岁殘残氣气決决況况滄沧潔洁潤润灣湾溫温滿满漁渔濤涛營营爭争"
    "獎奖獨独獲获現现瑪玛璽玺瓊琼甌瓯畫画療疗盜盗盤盘監监礦矿碼码禮礼種种稱称穩稳窮穷節节範范築筑簡简糧粮紀纪"
    "約约紅红純纯級级紡纺細细終终結结絕绝給给絡络綜综網网緊紧線线練练縣县績绩繼继續续罰罚職职聲声肅肃腦脑臺台"
    "與与舊旧莊庄萊莱萬万蔣蒋藍蓝藝艺蘊蕴虛虚虧亏蟲虫補补裝装見见規规視视覺觉覽览觀观計计訓训記记許许設设訪访"
    "証证評评詞词試试詩诗誌志認认語语說说請请諸诸謀谋講讲謝谢證证識识譚谭譯译護护讀读變变讓让財财責责貨货貴贵"
    "買买費费賀贺賓宾賢贤質质賴赖贊赞趙赵趨趋軌轨軍军軟软輔辅輕轻輝辉輪轮辦办遙遥遜逊還还邁迈選选遼辽鄉乡鄒邹"
    "鄧邓釋释針针鈔钞鉛铅銀银銅铜鋒锋鋼钢錢钱錦锦鎮镇鏡镜閆闫閔闵閣阁闊阔闞阚陝陕陳陈陸陆隊队階阶隨随險险隱隐"
    "雜杂難难霧雾靜静韋韦韓韩順顺須须預预領领頻频題题顏颜願愿類类顧顾風风飯饭飲饮養养駐驻駱骆騰腾驗验驚惊鮑鲍"
    "鮮鲜鳳凤鴻鸿鵬鹏鶴鹤麗丽麥麦黃黄點点齡龄龐庞龔龚薩萨賽赛"
)
_SIMPLIFIED = str.maketrans(dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)))


def simplified(text: str) -> str:
    """Text with the traditional characters of names in their simplified forms."""
    return text.translate(_SIMPLIFIED)


def is_han(word: str) -> bool:
    """Whether a word begins with a Chinese character."""
    return "\u3400" <= word[:1] <= "\u9fff" or "\uf900" <= word[:1] <= "\ufaff"


def reading(han: str) -> str:
    """The pinyin of Chinese characters without tones, as one word."""
    return tokenizer.transliterate(han)
