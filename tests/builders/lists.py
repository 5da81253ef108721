"""Lists in the forms that they are published in, with invented ships: two that are, and others that are not.

ALFA STAR (IMO 1234567, MMSI 412000001, once BRAVO STAR) and CHARLIE (IMO 7654329) stand in each; a person and a company
named as ships might be (EAGLE, SEA STAR) never match. Their numbers keep the check digit, and that of the company does too.
"""

ALFA, CHARLIE = 1234567, 7654329
ALFA_MMSI = 412000001
NOT_SHIPS = {"EAGLE", "SEA STAR LTD", "SEA STAR"}

SDN_CSV = (
    '101,"EAGLE","individual","X-1",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 1970; Passport 1234567."\r\n'
    '102,"SEA STAR LTD",-0- ,"X-1",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"a.k.a. \'SEA STAR\'; Company Number 7654329."\r\n'
    '103,"ALFA STAR","vessel","X-1] [X-2",-0- ,"ABCD1","Crude Oil Tanker","2595","1865","Panama","OWNER A",'
    "\"Former Vessel Flag Malta; Vessel Registration Identification IMO 1234567; MMSI 412000001; f.k.a. 'BRAVO STAR'; "
    'Linked To: SEA STAR LTD."\r\n'
    '104,"CHARLIE","vessel","X-1","-0- ","-0- ","-0- ","-0- ","-0- ","-0- ","-0- ","Vessel Registration Identification IMO 7654329."\r\n'
    '105,"ABC-01","aircraft","X-1",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"Aircraft Model Q."\r\n\x1a'
)
ALT_CSV = '102,1,"aka","SEA EAGLE",-0- \r\n104,2,"fka","DELTA ROSE",-0- \r\n104,3,"aka","ECHO ROSE",-0- \r\n999,4,"aka","ORPHAN",-0- \r\n'
ADD_CSV = '102,7,"1 Port Road","Somewhere","Utopia",-0- \r\n102,8,-0- ,"Elsewhere","Utopia",-0- \r\n'

SDN_XML = """<?xml version="1.0" standalone="yes"?>
<sdnList xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://tempuri.org/sdnList.xsd">
 <publshInformation><Publish_Date>08/07/2024</Publish_Date><Record_Count>4</Record_Count></publshInformation>
 <sdnEntry><uid>101</uid><firstName>E.</firstName><lastName>EAGLE</lastName><sdnType>Individual</sdnType>
  <idList><id><uid>1</uid><idType>Passport</idType><idNumber>1234567</idNumber></id></idList></sdnEntry>
 <sdnEntry><uid>102</uid><lastName>SEA STAR LTD</lastName><sdnType>Entity</sdnType></sdnEntry>
 <sdnEntry><uid>103</uid><lastName>ALFA STAR</lastName><sdnType>Vessel</sdnType><remarks>(Linked To: SEA STAR LTD)</remarks>
  <programList><program>X-1</program></programList>
  <idList><id><uid>2</uid><idType>Vessel Registration Identification</idType><idNumber>IMO 1234567</idNumber></id>
   <id><uid>3</uid><idType>MMSI</idType><idNumber>412000001</idNumber></id></idList>
  <akaList><aka><uid>4</uid><type>f.k.a.</type><category>strong</category><lastName>BRAVO STAR</lastName></aka></akaList>
  <vesselInfo><callSign>ABCD1</callSign><vesselType>Crude Oil Tanker</vesselType><vesselFlag>Panama</vesselFlag></vesselInfo>
 </sdnEntry>
 <sdnEntry><uid>104</uid><lastName>CHARLIE</lastName><sdnType>Vessel</sdnType>
  <idList><id><uid>5</uid><idType>Vessel Registration Identification</idType><idNumber>IMO 7654329</idNumber></id></idList></sdnEntry>
</sdnList>
"""

ADVANCED_XML = """<?xml version="1.0" encoding="utf-8"?>
<Sanctions Version="3">
 <DateOfIssue CalendarTypeID="1"><Year>2024</Year><Month>8</Month><Day>7</Day></DateOfIssue>
 <ReferenceValueSets>
  <PartySubTypeValues><PartySubType ID="1" PartyTypeID="4">Vessel</PartySubType><PartySubType ID="3" PartyTypeID="2">Unknown</PartySubType></PartySubTypeValues>
  <FeatureTypeValues><FeatureType ID="1">Vessel Call Sign</FeatureType><FeatureType ID="3">Vessel Flag</FeatureType></FeatureTypeValues>
  <IDRegDocTypeValues><IDRegDocType ID="1571">Passport</IDRegDocType><IDRegDocType ID="1626">Vessel Registration Identification</IDRegDocType>
   <IDRegDocType ID="91264">MMSI</IDRegDocType></IDRegDocTypeValues>
 </ReferenceValueSets>
 <IDRegDocuments>
  <IDRegDocument ID="1" IDRegDocTypeID="1626" IdentityID="31"><Comment /><IDRegistrationNo>IMO 1234567</IDRegistrationNo></IDRegDocument>
  <IDRegDocument ID="2" IDRegDocTypeID="91264" IdentityID="31"><IDRegistrationNo>412000001</IDRegistrationNo></IDRegDocument>
  <IDRegDocument ID="3" IDRegDocTypeID="1571" IdentityID="32"><IDRegistrationNo>1234567</IDRegistrationNo></IDRegDocument>
  <IDRegDocument ID="4" IDRegDocTypeID="1626" IdentityID="33"><IDRegistrationNo>IMO 7654329</IDRegistrationNo></IDRegDocument>
 </IDRegDocuments>
 <DistinctParties>
  <DistinctParty FixedRef="10"><Profile ID="10" PartySubTypeID="1"><Identity ID="31" Primary="true">
   <Alias AliasTypeID="1401" Primary="false"><DocumentedName ID="2"><DocumentedNamePart><NamePartValue ScriptID="215">BRAVO STAR</NamePartValue></DocumentedNamePart></DocumentedName></Alias>
   <Alias AliasTypeID="1403" Primary="true"><DocumentedName ID="1"><DocumentedNamePart><NamePartValue ScriptID="215">ALFA STAR</NamePartValue></DocumentedNamePart></DocumentedName></Alias></Identity>
   <Feature ID="5" FeatureTypeID="1"><FeatureVersion ID="1"><Comment /><VersionDetail DetailTypeID="1432">ABCD1</VersionDetail></FeatureVersion></Feature>
   <Feature ID="6" FeatureTypeID="3"><FeatureVersion ID="2"><VersionDetail DetailTypeID="1432">Panama</VersionDetail></FeatureVersion></Feature>
  </Profile></DistinctParty>
  <DistinctParty FixedRef="11"><Profile ID="11" PartySubTypeID="3"><Identity ID="32" Primary="true"><Alias Primary="true"><DocumentedName ID="3"><DocumentedNamePart><NamePartValue>SEA STAR LTD</NamePartValue></DocumentedNamePart></DocumentedName></Alias></Identity></Profile></DistinctParty>
  <DistinctParty FixedRef="12"><Profile ID="12" PartySubTypeID="1"><Identity ID="33" Primary="true"><Alias Primary="true"><DocumentedName ID="4"><DocumentedNamePart><NamePartValue>CHARLIE</NamePartValue></DocumentedNamePart></DocumentedName></Alias></Identity></Profile></DistinctParty>
 </DistinctParties>
 <SanctionsEntries>
  <SanctionsEntry ID="1" ProfileID="10" ListID="1550"><EntryEvent ID="1" EntryEventTypeID="1"><Date CalendarTypeID="1"><Year>2023</Year><Month>3</Month><Day>1</Day></Date></EntryEvent>
   <EntryEvent ID="2"><Date><Year>2024</Year><Month>1</Month><Day>5</Day></Date></EntryEvent></SanctionsEntry>
  <SanctionsEntry ID="2" ProfileID="11" ListID="1550"><EntryEvent ID="3"><Date><Year>2001</Year><Month>1</Month><Day>1</Day></Date></EntryEvent></SanctionsEntry>
  <SanctionsEntry ID="3" ProfileID="12" ListID="1550"><EntryEvent ID="4"><Date><Year>2005</Year></Date></EntryEvent></SanctionsEntry>
 </SanctionsEntries>
</Sanctions>
"""

UN_XML = """<?xml version="1.0" encoding="utf-8"?>
<CONSOLIDATED_LIST xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" dateGenerated="2024-08-07T02:00:03.123Z">
 <INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>EAGLE</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>
  <COMMENTS1>Captain of a vessel, IMO number 1234567</COMMENTS1></INDIVIDUAL></INDIVIDUALS>
 <ENTITIES>
  <ENTITY><DATAID>2</DATAID><FIRST_NAME>ALFA STAR (IMO: 1234567)</FIRST_NAME><UN_LIST_TYPE>Libya</UN_LIST_TYPE>
   <REFERENCE_NUMBER>LYe.001</REFERENCE_NUMBER><LISTED_ON>2023-03-01</LISTED_ON><COMMENTS1>Vessel. MMSI: 412000001.</COMMENTS1>
   <ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>BRAVO STAR</ALIAS_NAME></ENTITY_ALIAS></ENTITY>
  <ENTITY><DATAID>3</DATAID><FIRST_NAME>CHARLIE</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>
   <COMMENTS1>Tanker, IMO number: 7654329, Tel 9811000</COMMENTS1></ENTITY>
  <ENTITY><DATAID>4</DATAID><FIRST_NAME>SEA STAR LTD</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>
   <COMMENTS1>Company IMO number 5555555. Vessels with IMO numbers: (a) DELTA 1111117, (b) ECHO (once FOXTROT) 2222224.</COMMENTS1></ENTITY>
  <ENTITY><DATAID>5</DATAID><FIRST_NAME>SEA STAR</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE><COMMENTS1>A fund.</COMMENTS1></ENTITY>
 </ENTITIES>
</CONSOLIDATED_LIST>
"""

EU_XML = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2024-08-07T16:47:04.449+02:00" globalFileId="1">
 <sanctionEntity designationDetails="" unitedNationId="" euReferenceNumber="EU.1.1" logicalId="1">
  <regulation regulationType="amendment" publicationDate="2023-03-02" entryIntoForceDate="2023-03-01" programme="X"><publicationUrl>x</publicationUrl></regulation>
  <subjectType code="enterprise" classificationCode="E"/>
  <nameAlias wholeName="ALFA STAR" strong="true" logicalId="5"/><nameAlias wholeName="BRAVO STAR" strong="false" logicalId="6"/>
  <identification identificationTypeCode="imo" number="1234567" logicalId="7"/><identification identificationTypeCode="mmsi" number="412000001"/>
 </sanctionEntity>
 <sanctionEntity euReferenceNumber="EU.2.2" logicalId="2"><subjectType code="vessel" classificationCode="V"/>
  <nameAlias wholeName="CHARLIE"/><identification identificationTypeCode="imo" latinNumber="IMO 7654329"/></sanctionEntity>
 <sanctionEntity logicalId="3"><subjectType code="person" classificationCode="P"/><nameAlias wholeName="EAGLE"/><identification identificationTypeCode="imo" number="1234567"/></sanctionEntity>
 <sanctionEntity logicalId="4"><subjectType code="enterprise" classificationCode="E"/><nameAlias wholeName="SEA STAR LTD"/><identification identificationTypeCode="imo" number="5555555"/></sanctionEntity>
 <sanctionEntity logicalId="5"><subjectType code="enterprise" classificationCode="E"/><nameAlias wholeName="SEA STAR"/><identification identificationTypeCode="regnumber" number="7654329"/></sanctionEntity>
</export>
"""

UK_XML = """<?xml version="1.0" encoding="utf-8"?>
<Designations><DateGenerated>07/08/2024</DateGenerated>
 <Designation><LastUpdated>31/07/2024</LastUpdated><DateDesignated>01/03/2023</DateDesignated><UniqueID>RUS0001</UniqueID>
  <Names><Name><Name6>ALFA STAR</Name6><NameType>Primary Name</NameType></Name><Name><Name6>BRAVO STAR</Name6><NameType>Alias</NameType></Name></Names>
  <RegimeName>X</RegimeName><IndividualEntityShip>Ship</IndividualEntityShip>
  <ShipDetails><Ship><IMONumbers><IMONumber>1234567</IMONumber></IMONumbers><CurrentBelievedFlagOfShips><CurrentBelievedFlagOfShip>Panama</CurrentBelievedFlagOfShip></CurrentBelievedFlagOfShips></Ship></ShipDetails></Designation>
 <Designation><UniqueID>RUS0002</UniqueID><Names><Name><Name6>CHARLIE</Name6></Name></Names><IndividualEntityShip>Ship</IndividualEntityShip>
  <ShipDetails><Ship><IMONumbers><IMONumber>7654329</IMONumber></IMONumbers></Ship></ShipDetails></Designation>
 <Designation><UniqueID>RUS0003</UniqueID><Names><Name><Name1>A</Name1><Name6>EAGLE</Name6></Name></Names><IndividualEntityShip>Individual</IndividualEntityShip></Designation>
</Designations>
"""

OFSI_XML = """<?xml version="1.0" encoding="utf-8"?>
<ArrayOfFinancialSanctionsTarget xmlns:i="http://www.w3.org/2001/XMLSchema-instance">
 <FinancialSanctionsTarget><DateListed>01/03/2023</DateListed><GroupID>1</GroupID><GroupTypeDescription>Ship</GroupTypeDescription><Name6>ALFA STAR</Name6><Ship_Flag>Panama</Ship_Flag><Ship_IMONumber>1234567</Ship_IMONumber></FinancialSanctionsTarget>
 <FinancialSanctionsTarget><DateListed>01/03/2023</DateListed><GroupID>1</GroupID><GroupTypeDescription>Ship</GroupTypeDescription><Name6>BRAVO STAR</Name6><Ship_IMONumber>1234567</Ship_IMONumber></FinancialSanctionsTarget>
 <FinancialSanctionsTarget><GroupID>2</GroupID><GroupTypeDescription>Ship</GroupTypeDescription><name6>CHARLIE</name6><OtherInformation>(IMO number):7654329 (Flag of ship):Utopia</OtherInformation></FinancialSanctionsTarget>
 <FinancialSanctionsTarget><GroupID>3</GroupID><GroupTypeDescription>Entity</GroupTypeDescription><Name6>SEA STAR</Name6></FinancialSanctionsTarget>
</ArrayOfFinancialSanctionsTarget>
"""

MARITIME_CSV = """"type","caption","imo","risk","countries","flag","mmsi","id","url","datasets","aliases"
"VESSEL","ALFA STAR","IMO1234567","sanction","pa;ru","pa","412000001;412000002","x-1","https://example.org/x-1","a;b","BRAVO STAR;ALFA, STAR"
"VESSEL","CHARLIE","IMO7654329","mare.detained;sanction","pa","pa","","x-2","https://example.org/x-2","a",""
"VESSEL","DELTA","IMO1111117","mare.detained","pa","pa","","x-3","https://example.org/x-3","c",""
"ORGANIZATION","SEA STAR LTD","IMO5555555","sanction","pa","","","x-4","https://example.org/x-4","a","SEA STAR"
"VESSEL","","","sanction","pa","","","x-5","https://example.org/x-5","a",""
"""

SIMPLE_CSV = '''"id","schema","name","aliases","birth_date","countries","addresses","identifiers","sanctions","phones","emails","program_ids","dataset","first_seen","last_seen","last_change"
"x-1","Vessel","ALFA STAR","BRAVO STAR;""ALFA; STAR""","","pa","","412000001;IMO1234567;999999999","X - 2023/12 (OJ L1) - 2023-03-01;X - again - 2024-01-05","","","X-1","A list","2024-01-01T00:00:00","2024-08-07T00:00:00","2024-01-01T00:00:00"
"x-2","Vessel","CHARLIE","","","pa","","IMO7654329","X - 2005","","","X-1","A list","","",""
"x-3","Person","EAGLE","","1970","pa","","1234567","X","","","X-1","A list","","",""
"x-4","Organization","SEA STAR LTD","SEA STAR","","pa","","IMO5555555","X","","","X-1","A list","","",""
'''

EU_CSV = """\ufefffileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;Entity_DesignationDate;Entity_SubjectType;Entity_SubjectType_ClassificationCode;Entity_Regulation_PublicationDate;Entity_Regulation_EntryIntoForceDate;NameAlias_WholeName;Identification_Number;Identification_TypeCode
07/08/2024;1;EU.1.1;;E;enterprise;2023-03-02;2023-03-01;ALFA STAR;;
07/08/2024;1;EU.1.1;;E;enterprise;2023-03-02;2023-03-01;BRAVO STAR;;
07/08/2024;1;EU.1.1;;E;enterprise;2023-03-02;2023-03-01;;1234567;imo
07/08/2024;2;EU.2.2;;E;enterprise;;;CHARLIE;7654329;imo
07/08/2024;3;EU.3.3;;P;person;;;EAGLE;1234567;imo
07/08/2024;4;EU.4.4;;E;enterprise;;;SEA STAR LTD;5555555;imo
07/08/2024;5;EU.5.5;;E;enterprise;;;SEA STAR;7654329;regnumber
"""

UK_CSV = """Report Date: 07-Aug-2024
Last Updated,Unique ID,OFSI Group ID,UN Reference Number,Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Name type,Alias strength,Regime Name,Designation Type,Other Information,Date Designated,IMO number,Current believed flag of ship,Type of ship,Tonnage of ship,Length of ship,Year Built
31/07/2024,RUS0001,,,ALFA STAR,,,,,,Primary Name,,X,Ship,"Shipping sanctions, ""see"" 1",01/03/2023,IMO1234567,Panama,Oil Tanker,,,2019
31/07/2024,RUS0001,,,STAR,BRAVO,,,,,Alias,,X,Ship,,01/03/2023,IMO1234567,Panama,Oil Tanker,,,2019
31/07/2024,RUS0002,,,CHARLIE,,,,,,Primary Name,,X,Ship,Listed with (IMO number):7654329,,,,,,,
31/07/2024,RUS0003,,,EAGLE,A,,,,,Primary Name,,X,Individual,,01/03/2023,,,,,,
31/07/2024,RUS0004,,,SEA STAR LTD,,,,,,Primary Name,,X,Entity,,01/03/2023,,,,,,
"""

OFSI_CSV = """Last Updated,07/08/2024
Name 6,Name 1,Name 2,Group Type,Alias Type,Regime,Listed On,Other Information,Group ID
ALFA STAR,,,Ship,Primary name,X,01/03/2023,"Listed (IMO number):1234567 (Flag of ship):Panama, MMSI 412000001",1
BRAVO STAR,,,Ship,AKA,X,01/03/2023,"Listed (IMO number):1234567",1
CHARLIE,,,Ship,Primary name,X,,(IMO number):7654329,2
SEA STAR LTD,,,Entity,Primary name,X,01/03/2023,Operates IMO number 7654329,3
"""

UN_1718_CSV = """#,vessel_name,imo_number,mmsi,flag,call_sign,type,date_of_designation,other_information
1,1: ALFA STAR 2: BRAVO STAR,1234567,1: 412000001 2: 412000002,1: Panama,ABCD1,tanker,01 Mar. 2023,x
2,CHARLIE,7654329,na,na,na,cargo,na,na
"""

ANNEX_CSV = """schema,name,previousName,imoNumber,mmsi,flag,startDate
Vessel,ALFA STAR,BRAVO STAR,1234567,412000001,Panama,1.3.2023
Vessel,CHARLIE,,7654329,,,
Company,SEA STAR LTD,,,,,1.3.2023
"""

FORMS = {
    "sdn.csv": SDN_CSV, "sdn.xml": SDN_XML, "sdn_advanced.xml": ADVANCED_XML, "un.xml": UN_XML, "eu.xml": EU_XML,
    "uk.xml": UK_XML, "ofsi.xml": OFSI_XML, "maritime.csv": MARITIME_CSV, "targets.simple.csv": SIMPLE_CSV, "eu.csv": EU_CSV,
    "uk.csv": UK_CSV, "ofsi.csv": OFSI_CSV, "un_1718.csv": UN_1718_CSV, "annex.csv": ANNEX_CSV,
}  # fmt: skip
"""A list in each form by the name that it is published under."""

XML_FORMS = {name: text for name, text in FORMS.items() if name.endswith(".xml")}
